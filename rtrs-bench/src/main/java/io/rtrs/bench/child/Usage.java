package io.rtrs.bench.child;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;

/**
 * What a process has used, ever.
 *
 * @param allocated bytes that its Java threads have allocated
 * @param cpuSeconds that all its threads have run, in the kernel too
 */
public record Usage(long allocated, double cpuSeconds) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** Of this process. */
    public static Usage now() {
        return new Usage(THREADS.getTotalThreadAllocatedBytes(), SYSTEM.getProcessCpuTime() / 1e9);
    }

    /** What it has used since. */
    public Usage since(Usage earlier) {
        return new Usage(allocated - earlier.allocated, cpuSeconds - earlier.cpuSeconds);
    }

    /** A line that {@link #parse} understands. */
    String line() {
        return allocated + " " + cpuSeconds;
    }

    /** Reads a line of {@link #line}. */
    static Usage parse(String line) {
        String[] words = line.split(" ", -1);
        return new Usage(Long.parseLong(words[0]), Double.parseDouble(words[1]));
    }
}
