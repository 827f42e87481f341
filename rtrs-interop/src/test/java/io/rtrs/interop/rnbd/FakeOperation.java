package io.rtrs.interop.rnbd;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.server.ServerOperation;
import io.rtrs.server.ServerSession;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An operation as RTRS hands it to a handler: data, then the user header, in a chunk of garbage. */
final class FakeOperation implements ServerOperation {
    static final long HANDLE = 6;

    private final ServerSession session;
    private final Direction direction;
    private final MemorySegment chunk = Arena.ofAuto().allocate(8192);
    private final int dataLength;
    private final int headerLength;
    private @Nullable Status status;

    FakeOperation(ServerSession session, Direction direction, byte[] header, int dataLength) {
        this.session = session;
        this.direction = direction;
        this.dataLength = dataLength;
        this.headerLength = header.length;
        chunk.fill((byte) 0xa5);
        MemorySegment.copy(header, 0, chunk, ValueLayout.JAVA_BYTE, dataLength, header.length);
    }

    /** What the server answers. */
    Status answeredBy(RnbdMemoryServer server) {
        server.onRequest(this, HANDLE);
        Status answer = status;
        if (answer == null) {
            throw new AssertionError("not answered");
        }
        return answer;
    }

    @Override
    public ServerSession session() {
        return session;
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public int bufferId() {
        return 0;
    }

    @Override
    public MemorySegment chunk() {
        return chunk;
    }

    @Override
    public int dataLength() {
        return dataLength;
    }

    @Override
    public int wantedLength() {
        return direction == Direction.READ ? dataLength : 0;
    }

    @Override
    public int userHeaderOffset() {
        return dataLength;
    }

    @Override
    public int userHeaderLength() {
        return headerLength;
    }

    @Override
    public void respond(long handle, Status result) {
        if (status != null || handle != HANDLE) {
            throw new IllegalStateException("answered twice");
        }
        status = result;
    }

    @Override
    public void respond(long handle, MemorySegment memory, long offset) {
        copyFrom(memory, offset);
        respond(handle, Status.OK);
    }

    @Override
    public @Nullable Object attachment() {
        return null;
    }

    @Override
    public void attach(@Nullable Object attachment) {
        throw new UnsupportedOperationException();
    }
}
