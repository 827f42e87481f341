package io.rtrs.soft.roce.rc;

import java.util.concurrent.TimeUnit;

/**
 * How many packets the network seems to take at once: slow start, then one more for each window that arrived, half for a
 * loss or less for a congestion notification (RFC 5681, additive increase and multiplicative decrease).
 *
 * <p>A loss is known by a sequence NAK, by a gap in the answers to a READ, or by two silences in a row. All losses among the
 * packets that were under way at the first of them count as one.
 */
final class CongestionWindow {
    /** What is left after a silence. */
    static final int AFTER_SILENCE = 4;

    /** No loss makes it smaller: with fewer packets behind it, nobody sees that one is missing. */
    static final int LEAST = 4;

    /** No notification makes it smaller, nor ends a slow start below it: anyone can forge one. */
    static final int LEAST_NOTIFIED = 16;

    private static final long LEAST_ROUND_TRIP_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final int most;
    private int packets;

    /** Slow start ends here. */
    private int threshold;

    /** Packets that arrived since the window grew last. */
    private int arrived;

    /** Losses before this packet have been paid for. */
    private long recovery = Long.MIN_VALUE;

    // To take back what was paid for no loss.
    private boolean reduced;
    private int packetsBefore;
    private int thresholdBefore;

    private boolean notified;
    private long notifiedNs;

    CongestionWindow(int initial, int most) {
        this.most = most;
        this.packets = Math.min(initial, most);
        this.threshold = most;
    }

    /** The window. */
    int packets() {
        return packets;
    }

    /**
     * So many packets arrived.
     *
     * @param underWay how many were under way before: a window that is not used does not grow
     */
    void arrived(int count, int underWay) {
        if (underWay < packets >> 1) {
            return;
        }
        if (packets < threshold) {
            packets = Math.min(packets + count, most);
            return;
        }
        arrived += count;
        if (arrived >= packets) {
            arrived = 0;
            packets = Math.min(packets + 1, most);
        }
    }

    /**
     * A packet was lost.
     *
     * @param psn which
     * @param max the first that was never sent
     * @return whether the window shrank: it was the first of its window, which was not at the least already
     */
    boolean lost(long psn, long max) {
        if (psn < recovery) {
            return false;
        }
        remember();
        recovery = max;
        int before = packets;
        threshold = Math.max(packets >> 1, Math.min(LEAST, most));
        packets = threshold;
        arrived = 0;
        return packets < before;
    }

    /** Nothing was heard for so long that all is sent again. */
    void silence(long max) {
        if (packets > AFTER_SILENCE) {
            remember();
            threshold = Math.max(packets >> 1, Math.min(LEAST, most));
            packets = AFTER_SILENCE;
        }
        recovery = max;
        arrived = 0;
    }

    private void remember() {
        if (!reduced) {
            reduced = true;
            packetsBefore = packets;
            thresholdBefore = threshold;
        }
    }

    /** What was sent again has arrived: there was a loss. */
    void recovered() {
        reduced = false;
    }

    /** Packets arrived that were not sent again: they were only late. Whether a reduction was taken back. */
    boolean wasLate() {
        if (!reduced) {
            return false;
        }
        reduced = false;
        packets = Math.max(packets, packetsBefore);
        threshold = Math.max(threshold, thresholdBefore);
        return true;
    }

    /**
     * A congestion notification has come: a quarter less, at most once in a round trip.
     *
     * @return whether the window shrank, or the one that comes back if a loss turns out to be none
     */
    boolean notified(long roundTripNs, long nowNs) {
        if (notified && nowNs - notifiedNs < Math.max(roundTripNs, LEAST_ROUND_TRIP_NS)) {
            return false;
        }
        notified = true;
        notifiedNs = nowNs;
        boolean shrinks = packets > LEAST_NOTIFIED || (reduced && packetsBefore > LEAST_NOTIFIED);
        packets = aQuarterLess(packets);
        threshold = Math.max(packets, Math.min(LEAST_NOTIFIED, threshold));
        arrived = 0;
        if (reduced) { // The notification stays true when the loss turns out to be none.
            packetsBefore = aQuarterLess(packetsBefore);
            thresholdBefore = Math.min(thresholdBefore, packetsBefore);
        }
        return shrinks;
    }

    private static int aQuarterLess(int packets) {
        return Math.max(packets - (packets >> 2), Math.min(LEAST_NOTIFIED, packets));
    }
}
