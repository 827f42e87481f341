package io.rtrs.soft.roce.link;

/**
 * What a bad network does to packets: probabilities, each on its own.
 *
 * @param loss the packet is gone
 * @param duplicate it arrives twice
 * @param reorder packets behind it overtake it
 * @param corrupt one of its bits arrives flipped
 * @param delay it arrives late, by up to {@code maxDelayNs}
 * @param maxDelayNs the longest delay
 */
public record FaultRates(double loss, double duplicate, double reorder, double corrupt, double delay, long maxDelayNs) {
    /** A perfect network. */
    public static final FaultRates NONE = new FaultRates(0, 0, 0, 0, 0, 0);

    /** Refuses what is no probability. */
    public FaultRates {
        checkRate(loss);
        checkRate(duplicate);
        checkRate(reorder);
        checkRate(corrupt);
        checkRate(delay);
        if (maxDelayNs < 0) {
            throw new IllegalArgumentException("maxDelayNs " + maxDelayNs);
        }
    }

    /** A network that only loses. */
    public static FaultRates losing(double loss) {
        return new FaultRates(loss, 0, 0, 0, 0, 0);
    }

    private static void checkRate(double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("rate " + rate);
        }
    }
}
