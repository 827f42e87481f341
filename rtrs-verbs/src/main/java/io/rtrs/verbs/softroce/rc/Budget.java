package io.rtrs.verbs.softroce.rc;

/**
 * How many packets all queue pairs with the same peer may have under way together: they share its socket's receive buffer.
 *
 * <p>Each queue pair that has packets under way gets an equal share, and always a few packets, so that none waits for
 * another.
 *
 * <p><b>Threading:</b> the drive owner.
 */
public final class Budget {
    /** The smallest share. */
    static final int LEAST_SHARE = 4;

    private final int packets;
    private int active;
    private int share;

    /** One of so many packets of a full path MTU. */
    public Budget(int packets) {
        this.packets = packets;
        this.share = packets;
    }

    /** A budget that bounds nothing: a peer whose adapter takes packets as they come. */
    public static Budget unlimited() {
        return new Budget(Integer.MAX_VALUE);
    }

    /** Packets that one queue pair may have under way now. */
    int share() {
        return share;
    }

    /** A queue pair has packets under way from now on, or no more. */
    void active(boolean begins) {
        active += begins ? 1 : -1;
        share = Math.max(LEAST_SHARE, packets / Math.max(1, active));
    }
}
