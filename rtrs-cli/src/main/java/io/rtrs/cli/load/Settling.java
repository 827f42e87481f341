package io.rtrs.cli.load;

/**
 * Tells when a rate has settled: when none of the last few rounds was notably faster than the best before them.
 *
 * <p><b>Threading:</b> one thread.
 */
public final class Settling {
    private static final int ROUNDS = 3;
    private static final double NOTABLE = 1.05;

    private double best;
    private int since;

    /** Nothing was measured yet. */
    public Settling() {}

    /** Takes the rate of one more round. */
    public void add(double rate) {
        since = rate > best * NOTABLE ? 0 : since + 1;
        best = Math.max(best, rate);
    }

    /** Whether it is as fast as it will be, as far as can be told. */
    public boolean isOver() {
        return since >= ROUNDS;
    }
}
