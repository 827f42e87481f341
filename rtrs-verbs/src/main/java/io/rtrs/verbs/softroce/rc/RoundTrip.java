package io.rtrs.verbs.softroce.rc;

import java.util.concurrent.TimeUnit;

/**
 * How long the peer takes to answer, and how long to wait for it: RFC 6298 in whole nanoseconds.
 *
 * <p>One packet at a time is timed, from when it left for the first time until it is acknowledged. After a repetition
 * nobody can tell which of both was answered, so the packet under way is not timed (Karn's rule).
 */
final class RoundTrip {
    /**
     * The shortest wait. An answer is later than the round trip says when the peer's thread waits for a processor; what is
     * sent again for that costs one packet, see {@link Completer}.
     */
    static final long LEAST_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** The longest wait: a peer that comes back after a silence is noticed within that. */
    static final long LONGEST_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int MOST_DOUBLINGS = 20;

    private final long leastNs;
    private final long mostNs;

    private boolean known;
    private long smoothedNs;
    private long variationNs;

    private boolean timing;
    private long timedPsn;
    private long timedAtNs;

    /** Nothing is known yet; no wait will be longer than {@code limitNs}. */
    RoundTrip(long limitNs) {
        mostNs = Math.min(limitNs, LONGEST_WAIT_NS);
        leastNs = Math.min(LEAST_WAIT_NS, mostNs);
    }

    /** A packet that asks for an answer leaves for the first time. */
    void sent(long psn, long nowNs) {
        if (!timing) {
            timing = true;
            timedPsn = psn;
            timedAtNs = nowNs;
        }
    }

    /** All before {@code una} is acknowledged; whether that told a round trip. */
    boolean acknowledged(long una, long nowNs) {
        if (!timing || una <= timedPsn) {
            return false;
        }
        timing = false;
        take(Math.max(0, nowNs - timedAtNs));
        return true;
    }

    private void take(long ns) {
        if (!known) {
            known = true;
            smoothedNs = ns;
            variationNs = ns >> 1;
            return;
        }
        variationNs += (Math.abs(smoothedNs - ns) - variationNs) >> 2;
        smoothedNs += (ns - smoothedNs) >> 3;
    }

    /** Packets are sent again. */
    void repeated() {
        timing = false;
    }

    /** The smoothed round trip; 0: none was measured yet. */
    long smoothedNs() {
        return smoothedNs;
    }

    /** How much it varies. */
    long variationNs() {
        return variationNs;
    }

    /**
     * How long to wait for an answer: as long as the limit before any was measured.
     *
     * @param doublings waits that were in vain
     */
    long waitNs(int doublings) {
        long once = known ? Math.clamp(smoothedNs + 4 * variationNs, leastNs, mostNs) : mostNs;
        return Math.min(once << Math.min(doublings, MOST_DOUBLINGS), mostNs);
    }
}
