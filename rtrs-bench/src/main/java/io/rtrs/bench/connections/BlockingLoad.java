package io.rtrs.bench.connections;

import io.rtrs.bench.load.BlockHeader;
import io.rtrs.bench.load.LoadReport;
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
 * Threads that write or read one block after the other, each waiting for every answer.
 *
 * <p><b>Threading:</b> {@link #run} blocks its caller; each thread has its own memory and its own histogram.
 */
final class BlockingLoad {
    private final ClientSession session;
    private final Job job;
    private final long span;
    private final long countFromNs;
    private final long stopAtNs;

    private BlockingLoad(ClientSession session, Job job, long span) {
        this.session = session;
        this.job = job;
        this.span = span;
        countFromNs = System.nanoTime() + (long) (job.warmUp() * 1e9);
        stopAtNs = countFromNs + (long) (job.runTime() * 1e9);
    }

    /**
     * Runs the job's threads until its time is over.
     *
     * @param span bytes of the server's memory that are used
     */
    static LoadReport run(ClientSession session, Job job, long span) throws IOException, InterruptedException {
        return new BlockingLoad(session, job, span).run();
    }

    private LoadReport run() throws IOException, InterruptedException {
        int size = job.kind().blockSize();
        try (Arena arena = Arena.ofShared();
                RegisteredMemory memory = session.allocate((long) job.threads() * size)) {
            List<Submitter> submitters = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < job.threads(); i++) {
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
        return new LoadReport(operations, errors, operations * job.kind().blockSize(), stopAtNs - countFromNs, all);
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
            int size = job.kind().blockSize();
            long blocks = span / size / job.threads();
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
            boolean write = job.kind().write();
            int direction = write ? BlockHeader.WRITE : BlockHeader.READ;
            BlockHeader.encode(header, 0, direction, size, offset, number);
            try {
                if (write) {
                    session.write(header, memory, (long) number * size, size);
                } else {
                    session.read(header, memory, (long) number * size, size);
                }
            } catch (RtrsException e) {
                errors++;
                System.err.println("submitter " + number + ": " + e.getMessage());
            }
        }
    }
}
