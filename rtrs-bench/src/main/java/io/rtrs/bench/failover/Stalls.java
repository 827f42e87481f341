package io.rtrs.bench.failover;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes, so many in flight, and the longest of each since it was asked last: those that a path took along when it died.
 *
 * <p><b>Threading:</b> a slot is touched by one loop at a time; what is asked is published by {@code synchronized}.
 */
final class Stalls implements AutoCloseable {
    private static final int BLOCK = 4096;

    /** The longest request of a slot. */
    record Longest(long submittedNs, long endedNs) {
        long ns() {
            return endedNs - submittedNs;
        }
    }

    private final ClientSession session;
    private final Arena arena = Arena.ofShared();
    private final RegisteredMemory memory;
    private final List<Slot> slots = new ArrayList<>();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final CountDownLatch running;
    private volatile boolean stopping;

    Stalls(ClientSession session, int depth) throws IOException {
        this.session = session;
        this.memory = session.allocate((long) depth * BLOCK);
        this.running = new CountDownLatch(depth);
        for (int i = 0; i < depth; i++) {
            slots.add(new Slot(session.getPermit(ConnectionType.IO), i));
        }
        slots.forEach(Slot::next);
    }

    /** Requests that ended well. */
    long done() {
        return done.get();
    }

    /** Requests that failed, which none should. */
    long failed() {
        return failed.get();
    }

    /** Forgets what was, and counts requests that are submitted from now on or under way. */
    void restart() {
        slots.forEach(Slot::restart);
    }

    /** The longest request of each slot since then; of what is still under way, what it has taken up to now. */
    List<Longest> longest() {
        long nowNs = System.nanoTime();
        return slots.stream().map(slot -> slot.longest(nowNs)).toList();
    }

    @Override
    public void close() throws IOException {
        stopping = true;
        try {
            running.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        slots.forEach(slot -> session.putPermit(slot.permit));
        memory.close();
        arena.close();
    }

    private final class Slot implements RequestCallback {
        private final Permit permit;
        private final long at;
        private final MemorySegment header = arena.allocate(BlockHeader.BYTES, 8);
        private long submittedNs;
        private Longest longest = new Longest(0, 0);

        Slot(Permit permit, int index) {
            this.permit = permit;
            this.at = (long) index * BLOCK;
            BlockHeader.encode(header, 0, BlockHeader.WRITE, BLOCK, at, 0);
        }

        synchronized void restart() {
            longest = new Longest(0, 0);
        }

        synchronized Longest longest(long nowNs) {
            return nowNs - submittedNs > longest.ns() ? new Longest(submittedNs, nowNs) : longest;
        }

        private synchronized void submitted(long nowNs) {
            submittedNs = nowNs;
        }

        private synchronized void ended(long nowNs) {
            if (nowNs - submittedNs > longest.ns()) {
                longest = new Longest(submittedNs, nowNs);
            }
        }

        void next() {
            if (stopping) {
                running.countDown();
                return;
            }
            submitted(System.nanoTime());
            Status refused = session.request(Direction.WRITE, permit, this, header, memory, at, BLOCK);
            if (!refused.isOk()) {
                failed.incrementAndGet();
                running.countDown();
            }
        }

        @Override
        public void onComplete(Permit completed, Status status) {
            ended(System.nanoTime());
            if (status.isOk()) {
                done.incrementAndGet();
            } else {
                failed.incrementAndGet();
            }
            next();
        }
    }
}
