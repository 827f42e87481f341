package io.rtrs.bench.peers.work;

import org.HdrHistogram.Histogram;

/**
 * The answers of a load's counted time.
 *
 * <p>The warm-up is cut into parts; each is recorded as the counted time is, and forgotten at its end. So nothing is done
 * for the first time when counting begins: code that only the counted time ran would have been compiled without it, and
 * thrown away at that moment.
 *
 * <p><b>Threading:</b> the load's. <b>Allocation:</b> none after construction.
 */
final class Recording {
    /** Parts of the warm-up. */
    static final int REHEARSALS = 32;

    private static final long LONGEST_NS = 60_000_000_000L;

    private final Histogram latencyNs = new Histogram(LONGEST_NS, 3);
    /** Where the parts end; the last is the counted time. */
    private final long[] endsNs;

    private int part;
    private long counted;

    /** One whose warm-up begins now; there is none if the counted time has begun. */
    Recording(long nowNs, Limits limits) {
        long warmUpNs = limits.countFromNs() - nowNs;
        int rehearsals = warmUpNs > 0 ? REHEARSALS : 0;
        endsNs = new long[rehearsals + 1];
        for (int i = 0; i < rehearsals; i++) {
            // The last ends where counting begins, whatever the division leaves.
            endsNs[i] = limits.countFromNs() - warmUpNs / REHEARSALS * (rehearsals - 1 - i);
        }
        endsNs[rehearsals] = limits.stopAtNs();
    }

    /** An answer came, before {@link Limits#stopAtNs}: the last part has not ended. */
    void onAnswer(long nowNs, long tookNs) {
        while (nowNs - endsNs[part] >= 0) {
            forget();
            part++;
        }
        counted++;
        latencyNs.recordValue(Math.min(tookNs, LONGEST_NS));
    }

    /** No answer will come any more: what was recorded counts only if it was in the counted time. */
    void end() {
        if (part < endsNs.length - 1) {
            forget();
        }
    }

    private void forget() {
        counted = 0;
        latencyNs.reset();
    }

    /** Answers, after {@link #end} those of the counted time. */
    long counted() {
        return counted;
    }

    /** Their latencies. */
    Histogram latencyNs() {
        return latencyNs;
    }
}
