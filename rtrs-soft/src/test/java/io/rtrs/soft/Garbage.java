package io.rtrs.soft;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** What the calling thread allocates. */
public final class Garbage {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** On a busy machine the compiler has its own time. */
    private static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(1);

    /** What reading the counter itself allocates. */
    private static final long COUNTING = LongStream.range(0, 10)
            .map(i -> -THREADS.getCurrentThreadAllocatedBytes() + THREADS.getCurrentThreadAllocatedBytes())
            .min()
            .orElseThrow();

    private Garbage() {}

    /** Whose garbage is counted. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /**
     * The fewest bytes that a run of the work allocates. Until the compiler is through with the code, some calls box or
     * allocate what they later leave out: one run without it is the proof.
     *
     * @param enough ends with the first run that allocates no more bytes
     */
    public static long onceCompiled(long enough, Work work) throws Exception {
        long began = System.nanoTime();
        long least = of(work);
        while (least > enough && System.nanoTime() - began < PATIENCE_NS) {
            least = Math.min(least, of(work));
        }
        return least;
    }

    /** The bytes that one run of the work allocates. */
    public static long of(Work work) throws Exception {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before - COUNTING;
    }
}
