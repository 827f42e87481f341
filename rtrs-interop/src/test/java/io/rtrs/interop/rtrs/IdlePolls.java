package io.rtrs.interop.rtrs;

import com.sun.management.ThreadMXBean;
import io.rtrs.client.ClientSession;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.interop.subject.Subject;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** A program that polls a session where nothing happens, and says how many bytes that allocates. */
final class IdlePolls {
    /** What stands before the number. */
    static final String SAYS = "bytes allocated: ";

    private static final int POLLS = 10_000;
    private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(Subject.PATIENCE_S);

    private IdlePolls() {}

    public static void main(String[] args) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (MemoryServer server = new MemoryServer(true);
                ClientSession session = Clients.to(server.address())
                        .waitStrategy(WaitStrategy.INVOKED)
                        .open()) {
            long least = Long.MAX_VALUE;
            long began = System.nanoTime();
            // A heartbeat, and the compiler, leave something: one round without is the proof.
            while (least > 0 && System.nanoTime() - began < WARM_UP_NS) {
                long before = threads.getCurrentThreadAllocatedBytes();
                long again = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < POLLS; i++) {
                    session.poll();
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - again - (again - before));
            }
            System.out.println(SAYS + Math.max(0, least));
        }
    }
}
