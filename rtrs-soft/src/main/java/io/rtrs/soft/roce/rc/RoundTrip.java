package io.rtrs.soft.roce.rc;

import java.util.concurrent.TimeUnit;

/**
 * How long the peer takes to answer, and how long to wait for it: RFC 6298 in whole nanoseconds.
 *
 * <p>One packet at a time is timed, from when it left for the first time until it is acknowledged. After a repetition
 * nobody can tell which of both was answered, so the packet under way is not timed (Karn's rule).
 *
 * <p>Waits that were in vain lengthen the next ones. If none was timed ever, or what was acknowledged had only been late, they
 * do so until one is: a way that is longer than the wait would never be measured. Otherwise something was lost, and they do
 * so until anything is acknowledged: where much is lost, it would be long until one is timed.
 */
final class RoundTrip {
    /**
     * The shortest wait. An answer is later than the round trip says when the peer's thread waits for a processor; what is
     * sent again for that costs one packet, see {@link Completer}.
     */
    static final long LEAST_WAIT_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** The longest wait, unless the way is longer: a peer that comes back after a silence is noticed within that. */
    static final long LONGEST_WAIT_NS = TimeUnit.SECONDS.toNanos(1);

    /** The longest wait on a long way. */
    static final long LONGEST_WAY_NS = TimeUnit.SECONDS.toNanos(8);

    private static final int MOST_DOUBLINGS = 20;

    private final long leastNs;
    private final long mostNs;

    private boolean known;
    private long smoothedNs;
    private long variationNs;

    private boolean timing;
    private long timedPsn;
    private long timedAtNs;

    /** Waits in vain that lengthen the next. */
    private int doublings;

    /** No wait is longer now. */
    private long boundNs;

    /** A wait was in vain, and nothing was acknowledged since. */
    private boolean inVain;

    /** What was taken for lost was late, and no packet was timed since. */
    private boolean late;

    /** Nothing is known yet; no wait will be longer than {@code limitNs}, unless the peer answers and takes longer. */
    RoundTrip(long limitNs) {
        mostNs = Math.min(limitNs, LONGEST_WAIT_NS);
        leastNs = Math.min(LEAST_WAIT_NS, mostNs);
        boundNs = mostNs;
    }

    /** A packet that asks for an answer leaves for the first time. */
    void sent(long psn, long nowNs) {
        if (!timing) {
            timing = true;
            timedPsn = psn;
            timedAtNs = nowNs;
        }
    }

    /**
     * All before {@code una} is acknowledged.
     *
     * @param wasLate packets among them were to be sent again, and were not yet
     * @return whether that told a round trip
     */
    boolean acknowledged(long una, boolean wasLate, long nowNs) {
        if (timing && una > timedPsn) {
            timing = false;
            take(Math.max(0, nowNs - timedAtNs));
            doublings = 0;
            inVain = false;
            late = false;
            boundNs = Math.max(mostNs, Math.min(onceNs(), LONGEST_WAY_NS));
            return true;
        }
        late |= wasLate;
        if (known && !late) {
            doublings = 0;
        } else if (inVain && waitNs() == boundNs) { // The longest wait may have been too short for the answer.
            long most = late ? LONGEST_WAY_NS : Math.min(4 * mostNs, LONGEST_WAY_NS); // It may be a loss too.
            boundNs = Math.max(boundNs, Math.min(boundNs << 1, most));
        }
        inVain = false;
        return false;
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

    /** The time was waited and no answer came. */
    void waitedInVain() {
        doublings = Math.min(doublings + 1, MOST_DOUBLINGS);
        inVain = true;
    }

    /** The smoothed round trip; 0: none was measured yet. */
    long smoothedNs() {
        return smoothedNs;
    }

    /** How much it varies. */
    long variationNs() {
        return variationNs;
    }

    /** How long to wait for an answer: as long as the limit before any was measured, and twice that after each in vain. */
    long waitNs() {
        return Math.min(onceNs() << doublings, boundNs);
    }

    private long onceNs() {
        return known ? Math.clamp(smoothedNs + 4 * variationNs, leastNs, LONGEST_WAY_NS) : mostNs;
    }
}
