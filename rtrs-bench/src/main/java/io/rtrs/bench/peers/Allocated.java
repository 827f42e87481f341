package io.rtrs.bench.peers;

import com.sun.management.ThreadMXBean;

import java.lang.management.ManagementFactory;

/** Bytes that the Java threads of this process have allocated, ever. */
final class Allocated {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocated() {}

    static long bytes() {
        return THREADS.getTotalThreadAllocatedBytes();
    }
}
