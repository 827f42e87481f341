package io.rtrs.client.session;

import io.rtrs.core.error.RefusedException;
import io.rtrs.core.error.RtrsException;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Whether, and when, a session that a server refused is asked for again: a server bears so many half-open paths at once, and
 * many clients may come at the same moment, after a power cut, say.
 *
 * <p>The pause doubles, and is up to half as long again or half as short, so that those who were refused together do not come
 * together again. Pure: the time goes in. <b>Threading</b>: one.
 */
final class OpenRetry {
    /** {@link #pauseNs}: the failure stands. */
    static final long NEVER = -1;

    private static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(1);

    private final long startNs;
    private final long limitNs;
    private final RandomGenerator random;
    private long pauseNs = FIRST_NS;

    /** The first attempt begins at {@code startNs}; none begins later than {@code limitNs} after it. */
    OpenRetry(long startNs, long limitNs, RandomGenerator random) {
        this.startNs = startNs;
        this.limitNs = limitNs;
        this.random = random;
    }

    /** How long to wait before the next attempt, or {@link #NEVER}. */
    long pauseNs(RtrsException failure, long nowNs) {
        if (!(failure instanceof RefusedException refused) || !refused.isTemporary()) {
            return NEVER;
        }
        long pause = pauseNs / 2 + random.nextLong(pauseNs);
        pauseNs = Math.min(2 * pauseNs, LONGEST_NS);
        return nowNs + pause - startNs > limitNs ? NEVER : pause;
    }
}
