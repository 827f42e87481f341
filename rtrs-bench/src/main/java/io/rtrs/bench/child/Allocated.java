package io.rtrs.bench.child;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;

/** Bytes that the Java threads of this process have allocated, ever. */
public final class Allocated {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocated() {}

    /** So many. */
    public static long bytes() {
        return THREADS.getTotalThreadAllocatedBytes();
    }
}
