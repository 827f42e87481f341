package io.rtrs.sim.net;

/**
 * What befalls packets: probabilities, each on its own.
 *
 * @param loss a packet is gone
 * @param duplicate it arrives twice
 * @param late it arrives late, and others overtake it
 * @param lateMaxNs by how much at the most
 * @param corrupt one of its bits is flipped; only where packets are sealed
 */
public record Weather(double loss, double duplicate, double late, long lateMaxNs, double corrupt) {
    /** Nothing at all. */
    public static final Weather FINE = new Weather(0, 0, 0, 1, 0);
}
