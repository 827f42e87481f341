package io.rtrs.soft.inprocess;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The retries that an adapter makes, as one wait; only sends that cannot be executed come here. */
final class Timers {
    private static final ScheduledThreadPoolExecutor TIMER = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("rtrs-inprocess-timer").factory());

    private Timers() {}

    @SuppressWarnings("FutureReturnValueIgnored") // a timer that came too late finds nothing to do
    static void after(long ms, Runnable action) {
        TIMER.schedule(action, ms, TimeUnit.MILLISECONDS);
    }
}
