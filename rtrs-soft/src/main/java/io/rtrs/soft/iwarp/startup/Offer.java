package io.rtrs.soft.iwarp.startup;

/**
 * What one side brings to the startup.
 *
 * @param ird reads and atomics that it serves at once
 * @param ord reads and atomics that it wants to have under way
 * @param crc whether it wants CRCs; it has them too if the peer does
 * @param peerToPeer whether an initiator begins with a {@link Rtr}, as adapters demand
 * @param immediates whether it understands immediates, and says so
 */
public record Offer(int ird, int ord, boolean crc, boolean peerToPeer, boolean immediates) {
    /** The most reads that anybody is promised, each way; as many as siw and rxe have. */
    public static final int MOST_READS = 128;

    /** Both numbers are cut to {@link #MOST_READS}. */
    public Offer {
        ird = Math.clamp(ird, 0, MOST_READS);
        ord = Math.clamp(ord, 0, MOST_READS);
    }

    /** With other numbers of reads. */
    public Offer reads(int newIrd, int newOrd) {
        return new Offer(newIrd, newOrd, crc, peerToPeer, immediates);
    }
}
