package io.rtrs.core.work;

import java.util.concurrent.locks.LockSupport;

/**
 * Waiting for another thread that has only to return from a call: it spins for an instant, and then gives the processor
 * away, which that thread may need.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none.
 */
public final class Spin {
    private static final int SPINS = 100;
    private static final int YIELDS = 100;
    private static final long PAUSE_NS = 50_000;

    private Spin() {}

    /**
     * One step of waiting.
     *
     * @param steps how many there were before
     * @return how many there are now
     */
    @SuppressWarnings("ThreadPriorityCheck") // one try before it sleeps
    public static int pause(int steps) {
        if (steps < SPINS) {
            Thread.onSpinWait();
        } else if (steps < SPINS + YIELDS) {
            Thread.yield();
        } else {
            if (Thread.currentThread().isInterrupted()) {
                Thread.yield(); // parking would return at once
            } else {
                LockSupport.parkNanos(PAUSE_NS);
            }
            return steps;
        }
        return steps + 1;
    }
}
