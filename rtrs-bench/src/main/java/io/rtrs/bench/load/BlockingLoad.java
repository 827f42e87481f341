package io.rtrs.bench.load;

import io.rtrs.client.ClientSession;
import io.rtrs.client.RegisteredMemory;
import io.rtrs.core.error.RtrsException;
import org.HdrHistogram.Histogram;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Threads that write or read one block after the other, each waiting for every answer: as many as requests are in flight.
 *
 * <p><b>Threading:</b> {@link #run} blocks its caller; each thread has its own memory and its own histogram.
 */
public final class BlockingLoad {
    private final ClientSession session;
    private final LoadOptions options;
    private final long countFromNs;
    private final long stopAtNs;

    private BlockingLoad(ClientSession session, LoadOptions options) {
        this.session = session;
        this.options = options;
        countFromNs = System.nanoTime() + options.warmUpNs();
        stopAtNs = countFromNs + options.runTimeNs();
    }

    /** Runs the threads until their time is over; each goes through its blocks in order, whatever the pattern's order. */
    public static LoadReport run(ClientSession session, LoadOptions options) throws IOException, InterruptedException {
        return new BlockingLoad(session, options).run();
    }

    private LoadReport run() throws IOException, InterruptedException {
        int threadCount = options.queueDepth();
        try (Arena arena = Arena.ofShared();
                RegisteredMemory memory = session.allocate((long) threadCount * options.blockSize())) {
            List<Submitter> submitters = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < threadCount; i++) {
                Submitter submitter = new Submitter(i, memory, arena.allocate(BlockHeader.BYTES, Long.BYTES));
                submitters.add(submitter);
                threads.add(Thread.ofPlatform().daemon().name("submitter-" + i).unstarted(submitter));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            return report(submitters);
        }
    }

    private LoadReport report(List<Submitter> submitters) {
        Histogram all = new Histogram(3);
        long errors = 0;
        for (Submitter submitter : submitters) {
            all.add(submitter.latencyNs);
            errors += submitter.errors;
        }
        long operations = all.getTotalCount();
        return new LoadReport(operations, errors, operations * options.blockSize(), options.runTimeNs(), all);
    }

    /** One thread's requests. */
    private final class Submitter implements Runnable {
        private static final long LONGEST_NS = 60_000_000_000L;

        private final int number;
        private final RegisteredMemory memory;
        private final MemorySegment header;
        private final Histogram latencyNs = new Histogram(LONGEST_NS, 3);
        private long errors;

        Submitter(int number, RegisteredMemory memory, MemorySegment header) {
            this.number = number;
            this.memory = memory;
            this.header = header;
        }

        /** Each thread goes through blocks of its own, so that no two write the same bytes at one time. */
        @Override
        public void run() {
            int size = options.blockSize();
            long blocks = options.span() / size / options.queueDepth();
            long nowNs = System.nanoTime();
            for (long block = 0; nowNs - stopAtNs < 0 && errors == 0; block = block + 1 == blocks ? 0 : block + 1) {
                long sentNs = nowNs;
                transfer((number * blocks + block) * size, size);
                nowNs = System.nanoTime();
                if (nowNs - countFromNs >= 0 && nowNs - stopAtNs < 0) {
                    latencyNs.recordValue(Math.min(nowNs - sentNs, LONGEST_NS));
                }
            }
        }

        private void transfer(long offset, int size) {
            boolean reads = options.pattern().reads();
            BlockHeader.encode(header, 0, reads ? BlockHeader.READ : BlockHeader.WRITE, size, offset, number);
            try {
                if (reads) {
                    session.read(header, memory, (long) number * size, size);
                } else {
                    session.write(header, memory, (long) number * size, size);
                }
            } catch (RtrsException e) {
                errors++;
                System.err.println("submitter " + number + ": " + e.getMessage());
            }
        }
    }
}
