package io.rtrs.bench.sessions;

import io.rtrs.bench.load.BlockHeader;
import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * The requests of one session: so many under way, each of which starts the next until they are stopped.
 *
 * <p><b>Threading:</b> started and asked by one thread; the rest on the session's loops. <b>Allocation:</b> none per request.
 */
final class Streams implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final ClientSession session;
    private final int depth;
    private final RegisteredMemory memory;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment header = arena.allocate(BlockHeader.BYTES, 8);
    private final LongAdder done = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean stopping;
    private long before;

    Streams(ClientSession session, int depth) throws IOException {
        this.session = session;
        this.depth = depth;
        this.memory = session.allocate((long) depth * BLOCK);
        BlockHeader.encode(header, 0, BlockHeader.WRITE, BLOCK, 0, 0);
    }

    /** Begins; the latch is counted down once for each of the depth, at the end. */
    void start(CountDownLatch over) throws IOException {
        for (int i = 0; i < depth; i++) {
            new Stream(session.getPermit(ConnectionType.IO), (long) i * BLOCK, over).next();
        }
    }

    /** Submits nothing more. */
    void stop() {
        stopping = true;
    }

    /** Requests that end from now on count. */
    void count() {
        before = done.sum();
    }

    /** Requests that have ended well since. */
    long counted() {
        return done.sum() - before;
    }

    /** Requests that failed. */
    long failed() {
        return failed.sum();
    }

    @Override
    public void close() {
        session.close();
        arena.close();
    }

    private final class Stream implements RequestCallback {
        private final Permit permit;
        private final long at;
        private final CountDownLatch over;

        Stream(Permit permit, long at, CountDownLatch over) {
            this.permit = permit;
            this.at = at;
            this.over = over;
        }

        void next() {
            boolean stops = stopping;
            if (stops
                    || !session.request(Direction.WRITE, permit, this, header, memory, at, BLOCK)
                            .isOk()) {
                if (!stops) {
                    failed.increment();
                }
                session.putPermit(permit);
                over.countDown();
            }
        }

        @Override
        public void onComplete(Permit completed, Status status) {
            (status.isOk() ? done : failed).increment();
            next();
        }
    }
}
