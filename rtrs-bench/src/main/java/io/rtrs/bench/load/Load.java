package io.rtrs.bench.load;

import io.rtrs.client.ClientSession;
import io.rtrs.client.Permit;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.client.RequestCallback;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps a number of requests in flight on a session: each completion starts the next request, on the event loop.
 *
 * <p><b>Threading:</b> {@link #run} blocks its caller; everything else happens on the session's loops. A slot is touched by
 * one loop at a time: its request in flight hands it over. <b>Allocation:</b> none per request.
 */
public final class Load {
    private final ClientSession session;
    private final LoadOptions options;
    private final AtomicLong nextSequential = new AtomicLong();
    private volatile long countFromNs;
    private volatile long stopAtNs;

    private Load(ClientSession session, LoadOptions options) {
        this.session = session;
        this.options = options;
    }

    /** Runs the load and waits for its end. */
    public static LoadReport run(ClientSession session, LoadOptions options) throws IOException, InterruptedException {
        return new Load(session, options).run();
    }

    private LoadReport run() throws IOException, InterruptedException {
        int depth = options.queueDepth();
        CountDownLatch running = new CountDownLatch(depth);
        Slot[] slots = new Slot[depth];
        try (Arena arena = Arena.ofShared();
                RegisteredMemory memory = session.allocate((long) depth * options.blockSize())) {
            for (int i = 0; i < depth; i++) {
                slots[i] = new Slot(
                        session.getPermit(ConnectionType.IO),
                        memory,
                        (long) i * options.blockSize(),
                        arena.allocate(BlockHeader.BYTES, 8),
                        i,
                        running);
            }
            long startNs = System.nanoTime();
            countFromNs = startNs + options.warmUpNs();
            stopAtNs = countFromNs + options.runTimeNs();
            for (Slot slot : slots) {
                slot.issue(System.nanoTime());
            }
            running.await();
            for (Slot slot : slots) {
                session.putPermit(slot.permit);
            }
        }
        return report(slots);
    }

    private LoadReport report(Slot[] slots) {
        Histogram all = new Histogram(3);
        long operations = 0;
        long errors = 0;
        for (Slot slot : slots) {
            all.add(slot.latencyNs);
            operations += slot.operations;
            errors += slot.errors;
        }
        return new LoadReport(operations, errors, operations * options.blockSize(), options.runTimeNs(), all);
    }

    private long nextOffset(SplittableRandom random) {
        long blocks = options.span() / options.blockSize();
        long block = options.pattern().random() ? random.nextLong(blocks) : nextSequential.getAndIncrement() % blocks;
        return block * options.blockSize();
    }

    /** One request in flight. */
    private final class Slot implements RequestCallback {
        private final Permit permit;
        private final RegisteredMemory memory;
        private final long at;
        private final MemorySegment header;
        private final SplittableRandom random;
        private final CountDownLatch running;
        private final Histogram latencyNs = new Histogram(60_000_000_000L, 3);
        private long issuedNs;
        private long operations;
        private long errors;

        Slot(Permit permit, RegisteredMemory memory, long at, MemorySegment header, int seed, CountDownLatch running) {
            this.permit = permit;
            this.memory = memory;
            this.at = at;
            this.header = header;
            this.random = new SplittableRandom(seed);
            this.running = running;
        }

        void issue(long nowNs) {
            boolean reads = options.pattern().reads();
            issuedNs = nowNs;
            BlockHeader.encode(
                    header, reads ? BlockHeader.READ : BlockHeader.WRITE, options.blockSize(), nextOffset(random));
            Status status = session.request(
                    reads ? Direction.READ : Direction.WRITE, permit, this, header, memory, at, options.blockSize());
            if (!status.isOk()) {
                errors++;
                running.countDown();
            }
        }

        @Override
        public void onComplete(Permit completed, Status status) {
            long nowNs = System.nanoTime();
            if (!status.isOk()) {
                errors++;
            }
            if (nowNs - countFromNs >= 0 && nowNs - stopAtNs < 0) {
                operations++;
                latencyNs.recordValue(nowNs - issuedNs);
            }
            if (nowNs - stopAtNs >= 0 || !status.isOk()) {
                running.countDown();
            } else {
                issue(nowNs);
            }
        }
    }
}
