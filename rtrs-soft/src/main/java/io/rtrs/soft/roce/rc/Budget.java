package io.rtrs.soft.roce.rc;

/**
 * How many packets all queue pairs with the same peer may have under way together: they share its socket's receive buffer.
 *
 * <p>Each queue pair that has packets under way gets an equal share, and always one packet, so that none waits for another.
 * Who comes anew gets no more than is left, until the others have come down to their shares. So never more are under way than
 * the budget and one packet for each queue pair.
 *
 * <p><b>Threading:</b> the drive owner.
 */
public final class Budget {
    /** The smallest share. That packet asks for an answer, and the clock tells if it is lost. */
    static final int LEAST_SHARE = 1;

    private static final int NO_BOUND = 1 << 30;

    private int packets;
    private int underWay;
    private int active;
    private int share;

    /** One of so many packets of a full path MTU. */
    public Budget(int packets) {
        this.packets = packets;
        this.share = packets;
    }

    /** A budget that bounds nothing: a peer whose adapter takes packets as they come. */
    public static Budget unlimited() {
        return new Budget(NO_BOUND);
    }

    /** Packets that all together may have under way. */
    public int packets() {
        return packets;
    }

    /** As if it had been made with so many; where more are under way, nothing leaves until enough of them have arrived. */
    public void bound(int most) {
        packets = most;
        divide();
    }

    /** Packets that one queue pair may have under way when all have their share. */
    int share() {
        return share;
    }

    /** Packets that nobody has under way. */
    int left() {
        return Math.max(0, packets - underWay);
    }

    /** A queue pair has so many packets under way, and had so many {@code before}. */
    void changed(int before, int now) {
        underWay += now - before;
        if ((before == 0) != (now == 0)) {
            active += before == 0 ? 1 : -1;
            divide();
        }
    }

    private void divide() {
        share = Math.max(LEAST_SHARE, packets / Math.max(1, active));
    }
}
