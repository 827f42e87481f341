package io.rtrs.soft.iwarp.startup;

/**
 * The enhanced data of a startup frame, the first four bytes of its private data (spec/iwarp.md 3).
 *
 * @param peerToPeer A: the initiator begins with a message that makes the responder's side ready
 * @param send B: that may be a SEND without data
 * @param ird reads and atomics that the sender of the frame serves at once, or {@link #UNSAID}
 * @param write C: it may be a WRITE without data
 * @param read D: it may be a READ without data
 * @param ord reads and atomics that he may have under way, or {@link #UNSAID}
 */
public record Enhanced(boolean peerToPeer, boolean send, int ird, boolean write, boolean read, int ord) {
    /** Its size in bytes. */
    public static final int BYTES = 4;

    /** In place of a number: it is not negotiated. */
    public static final int UNSAID = 0x3FFF;

    private static final int FIRST_FLAG = 0x8000;
    private static final int SECOND_FLAG = 0x4000;

    /** Both numbers have 14 bits. */
    public Enhanced {
        if (ird < 0 || ird > UNSAID || ord < 0 || ord > UNSAID) {
            throw new IllegalArgumentException("IRD " + ird + ", ORD " + ord + ": both are 0 to " + UNSAID);
        }
    }

    /** Decodes the two halves; every pair of numbers means something. */
    static Enhanced of(int first, int second) {
        return new Enhanced(
                (first & FIRST_FLAG) != 0,
                (first & SECOND_FLAG) != 0,
                first & UNSAID,
                (second & FIRST_FLAG) != 0,
                (second & SECOND_FLAG) != 0,
                second & UNSAID);
    }

    /** The half that has A, B and IRD. */
    int first() {
        return (peerToPeer ? FIRST_FLAG : 0) | (send ? SECOND_FLAG : 0) | ird;
    }

    /** The half that has C, D and ORD. */
    int second() {
        return (write ? FIRST_FLAG : 0) | (read ? SECOND_FLAG : 0) | ord;
    }
}
