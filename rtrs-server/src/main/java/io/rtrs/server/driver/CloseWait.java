package io.rtrs.server.driver;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Waits for the end of a server, for a bounded time. Those who wait at the same time share one limit, that of the
 * first; who comes when that is past begins anew.
 *
 * <p><b>Threading:</b> any thread.
 */
final class CloseWait {
    static final long SECONDS = 30;

    private final LongSupplier clock;
    private final CountDownLatch over = new CountDownLatch(1);

    /** When those give up who wait; 0 until somebody waits. */
    private final AtomicLong endNs = new AtomicLong();

    /**
     * Makes it, with nobody waiting.
     *
     * @param clock nanoseconds
     */
    CloseWait(LongSupplier clock) {
        this.clock = clock;
    }

    /** It is over. */
    void over() {
        over.countDown();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Waits, interrupted or not; false if the time was too short. */
    boolean await() {
        long nowNs = clock.getAsLong();
        long mineNs = (nowNs + TimeUnit.SECONDS.toNanos(SECONDS)) | 1; // never 0
        long sharedNs =
                endNs.accumulateAndGet(mineNs, (others, mine) -> others == 0 || others - nowNs <= 0 ? mine : others);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return over.await(sharedNs - clock.getAsLong(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
