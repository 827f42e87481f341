package io.rtrs.verbs;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;

/** What the calling thread allocates. */
public final class Garbage {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Garbage() {}

    /** Whose garbage is counted. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /**
     * The fewest bytes that one of several rounds allocates.
     *
     * <p>Until the compiler is through with the code, which has its own time on a busy machine, some calls box or allocate
     * what they later leave out: one round without it is the proof.
     *
     * @param rounds how many at most
     * @param enough ends with the first round that allocates no more bytes
     */
    public static long least(int rounds, long enough, Work work) throws Exception {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < rounds && least > enough; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long counting = THREADS.getCurrentThreadAllocatedBytes() - before;
            work.run();
            long after = THREADS.getCurrentThreadAllocatedBytes();
            least = Math.min(least, after - before - 2 * counting);
        }
        return least;
    }
}
