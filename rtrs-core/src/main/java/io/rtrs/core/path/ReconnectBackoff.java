package io.rtrs.core.path;

import io.rtrs.core.wire.Protocol;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * When the next automatic reconnect of a path is due, and whether there is one (spec/rtrs.md 10.2): after the configured
 * delay, a random part of the jitter, and the fixed second before each attempt. The kernel's jitter is 0 to 7 ms by mistake
 * (K-C1); here it is what it was meant to be, so that many clients do not come back at once.
 *
 * <p><b>Threading</b>: one thread. Bounded by {@code attemptsMax}; −1 is without limit, 0 is never.
 */
public final class ReconnectBackoff {
    /** No attempt is left: close the path. */
    public static final long EXHAUSTED = -1;

    /** No limit of attempts. */
    public static final int UNLIMITED = -1;

    /** The largest limit of attempts. */
    public static final int ATTEMPTS_MAX = 9999;

    /** The second before each attempt: so the other end is done with the connections of the last one. */
    public static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(Protocol.RECONNECT_BACKOFF_MS);

    private final long delayNs;
    private final long jitterNs;
    private int attemptsMax;
    private final RandomGenerator random;
    private int attempts;

    /**
     * Makes a back-off with no attempt made.
     *
     * @param delayNs configured delay, 0 or more
     * @param jitterNs bound of the random addend, exclusive; 0 for none
     * @param attemptsMax −1 to 9999
     * @param random where the jitter comes from
     */
    public ReconnectBackoff(long delayNs, long jitterNs, int attemptsMax, RandomGenerator random) {
        if (delayNs < 0 || jitterNs < 0 || !isLimit(attemptsMax)) {
            throw new IllegalArgumentException(
                    "reconnect delay " + delayNs + " ns, jitter " + jitterNs + " ns, attempts " + attemptsMax);
        }
        this.delayNs = delayNs;
        this.jitterNs = jitterNs;
        this.attemptsMax = attemptsMax;
        this.random = random;
    }

    /** Whether it is a limit of attempts that can be set. */
    public static boolean isLimit(int attempts) {
        return attempts >= UNLIMITED && attempts <= ATTEMPTS_MAX;
    }

    /** Another limit, from the next attempt on; −1 to 9999. */
    public void attemptsMax(int attempts) {
        if (!isLimit(attempts)) {
            throw new IllegalArgumentException("attempts " + attempts);
        }
        attemptsMax = attempts;
    }

    /** Counts one attempt and returns how long to wait before it, or {@link #EXHAUSTED}. */
    public long nextDelayNs() {
        if (attemptsMax != UNLIMITED && attempts >= attemptsMax) {
            return EXHAUSTED;
        }
        if (attempts < Integer.MAX_VALUE) {
            attempts++;
        }
        return pauseNs();
    }

    /** How long to wait before an attempt that does not count, or {@link #EXHAUSTED} if there is to be none at all. */
    public long sameDelayNs() {
        return attemptsMax == 0 ? EXHAUSTED : pauseNs();
    }

    private long pauseNs() {
        return delayNs + (jitterNs == 0 ? 0 : random.nextLong(jitterNs)) + SETTLE_NS;
    }

    /** The path is connected, or somebody asked for a reconnect by hand: attempts start again. */
    public void reset() {
        attempts = 0;
    }

    /** The attempts since the last reset. */
    public int attempts() {
        return attempts;
    }
}
