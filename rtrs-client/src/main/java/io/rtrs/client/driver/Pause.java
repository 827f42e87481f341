package io.rtrs.client.driver;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;

import java.util.concurrent.TimeUnit;

/** Lets the caller's thread wait. */
public final class Pause {
    private Pause() {}

    /**
     * Waits for a time.
     *
     * @throws RtrsException EINTR if the thread is interrupted, whose flag stays set
     */
    public static void forNs(long ns) throws RtrsException {
        try {
            TimeUnit.NANOSECONDS.sleep(ns);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RtrsException(Errno.EINTR, "open: interrupted before another attempt", e);
        }
    }
}
