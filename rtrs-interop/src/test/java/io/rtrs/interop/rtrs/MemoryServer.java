package io.rtrs.interop.rtrs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.wire.Layouts;
import io.rtrs.interop.subject.Subject;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.RtrsServer;
import io.rtrs.server.ServerIncident;
import io.rtrs.server.ServerOperation;
import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import io.rtrs.server.SessionListener;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A server over a piece of memory, for tests. The user header of a request is {@code le32 position, le32 errno}: data goes to
 * or comes from that position, unless the errno is not 0, which is then the answer. A shorter header means position 0.
 */
final class MemoryServer implements AutoCloseable, RequestHandler, SessionListener {
    static final int QUEUE_DEPTH = 8;
    static final int CHUNK_SIZE = 8192;
    static final int HEADER_SIZE = 4096;

    final byte[] store = new byte[1 << 20];
    final RtrsServer server;
    final List<String> events = new CopyOnWriteArrayList<>();
    /** Returned to the server for every session that connects. */
    volatile Status veto = Status.OK;
    /** Takes requests before the memory does; null leaves them to it. */
    volatile RequestHandler before;

    MemoryServer(boolean alwaysInvalidate) throws RtrsException {
        this(alwaysInvalidate, builder -> builder);
    }

    MemoryServer(boolean alwaysInvalidate, UnaryOperator<RtrsServer.Builder> more) throws RtrsException {
        server = more.apply(RtrsServer.builder()
                        .listen(Subject.addresses())
                        .provider(Subject.PROVIDER)
                        .queueDepth(QUEUE_DEPTH)
                        .chunkSize(CHUNK_SIZE)
                        .maxHeaderSize(HEADER_SIZE)
                        .alwaysInvalidate(alwaysInvalidate)
                        .handler(this)
                        .sessionListener(this))
                .start();
    }

    InetSocketAddress address() {
        return server.localAddresses().get(0);
    }

    /** Where it listens over IPv6; skips the test on a machine without. */
    InetSocketAddress address6() {
        assumeTrue(Subject.hasIpv6(), "nothing here serves " + Subject.ADDRESS6);
        return server.localAddresses().get(1);
    }

    /** The header of a request. */
    static byte[] header(int position, int errno) {
        MemorySegment header = MemorySegment.ofArray(new byte[8]);
        header.set(Layouts.LE32, 0, position);
        header.set(Layouts.LE32, 4, errno);
        return header.toArray(Layouts.U8);
    }

    @Override
    public void onRequest(ServerOperation operation, long handle) {
        RequestHandler first = before;
        if (first != null) {
            first.onRequest(operation, handle);
        } else {
            serve(operation, handle);
        }
    }

    void serve(ServerOperation operation, long handle) {
        int position = 0;
        if (operation.userHeaderLength() == 8) {
            position = operation.chunk().get(Layouts.LE32, operation.userHeaderOffset());
            int errno = operation.chunk().get(Layouts.LE32, operation.userHeaderOffset() + 4L);
            if (errno != 0) {
                operation.respond(handle, Status.of(errno));
                return;
            }
        }
        MemorySegment all = MemorySegment.ofArray(store);
        int length = operation.dataLength();
        if (operation.direction() == Direction.WRITE) {
            MemorySegment.copy(operation.chunk(), 0, all, position, length);
        } else {
            MemorySegment.copy(all, position, operation.chunk(), 0, length);
        }
        operation.respond(handle, Status.OK);
    }

    /** Answers with whatever the chunk holds. Allocates nothing. */
    void serveInPlace(ServerOperation operation, long handle) {
        operation.respond(handle, Status.OK);
    }

    @Override
    public Status onConnected(ServerSession session) {
        events.add("connected " + session.name());
        return veto;
    }

    @Override
    public void onDisconnected(ServerSession session) {
        events.add("disconnected " + session.name());
    }

    /** All messages about refused connections and broken paths. */
    String incidents() {
        StringBuilder text = new StringBuilder();
        for (ServerIncident incident : server.incidents()) {
            text.append(incident.message()).append('\n');
        }
        return text.toString();
    }

    List<ServerPath> paths() {
        return server.sessions().stream().flatMap(s -> s.paths().stream()).toList();
    }

    @Override
    public void close() {
        server.close();
    }
}
