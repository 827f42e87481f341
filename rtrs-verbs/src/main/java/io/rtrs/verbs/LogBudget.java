package io.rtrs.verbs;

import java.util.concurrent.TimeUnit;

/**
 * Bounds the lines that strangers can make a program log: a few at once, then a few each second.
 *
 * <p><b>Threading:</b> one. <b>Allocation:</b> none.
 */
public final class LogBudget {
    /** Lines in a row, and lines of a second. */
    public static final int LINES = 10;

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private boolean begun;
    private long secondNs;
    private int used;
    private long leftOut;

    /** A budget of which nothing is used. */
    public LogBudget() {}

    /** Whether a line may be logged now; if not it counts as left out. */
    public boolean take(long nowNs) {
        if (!begun || nowNs - secondNs >= SECOND_NS) {
            begun = true;
            secondNs = nowNs;
            used = 0;
        }
        if (used < LINES) {
            used++;
            return true;
        }
        leftOut++;
        return false;
    }

    /** The lines left out since the last call. */
    public long leftOut() {
        long count = leftOut;
        leftOut = 0;
        return count;
    }
}
