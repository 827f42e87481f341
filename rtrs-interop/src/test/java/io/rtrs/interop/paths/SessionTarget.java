package io.rtrs.interop.paths;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.ClientPath;
import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.wire.Layouts;

import java.lang.foreign.MemorySegment;

/** The blocks of a {@link StoreServer}, over a session of our client. */
final class SessionTarget implements Target {
    private final ClientSession session;
    private final RegisteredMemory memory;
    private final Permit[] permits;
    private final MemorySegment[] headers;

    SessionTarget(ClientSession session, int depth) throws RtrsException {
        this.session = session;
        this.memory = session.allocate(2L * depth * Blocks.BYTES);
        this.permits = new Permit[depth];
        this.headers = new MemorySegment[depth];
        for (int i = 0; i < depth; i++) {
            permits[i] = session.getPermit(ConnectionType.IO);
            headers[i] = MemorySegment.ofArray(new byte[Integer.BYTES]);
            headers[i].set(Layouts.LE32, 0, i);
        }
    }

    private static long outAt(int slot) {
        return 2L * slot * Blocks.BYTES;
    }

    private static long inAt(int slot) {
        return outAt(slot) + Blocks.BYTES;
    }

    @Override
    public MemorySegment out(int slot) {
        return memory.segment().asSlice(outAt(slot), Blocks.BYTES);
    }

    @Override
    public MemorySegment in(int slot) {
        return memory.segment().asSlice(inAt(slot), Blocks.BYTES);
    }

    @Override
    public void submit(int slot, boolean write, Done done) {
        Status refused = session.request(
                write ? Direction.WRITE : Direction.READ,
                permits[slot],
                (permit, status) -> done.onEnd(status),
                headers[slot],
                memory,
                write ? outAt(slot) : inAt(slot),
                Blocks.BYTES);
        if (!refused.isOk()) {
            done.onEnd(refused);
        }
    }

    @Override
    public boolean isConnected() {
        return session.paths().stream().anyMatch(ClientPath::isConnected);
    }

    @Override
    public void assertIdle() {
        for (ClientPath path : session.paths()) {
            assertThat(path.inFlight()).as("in flight on %s", path).isZero();
        }
    }

    @Override
    public void close() throws RtrsException {
        for (Permit permit : permits) {
            session.putPermit(permit);
        }
        memory.close();
    }
}
