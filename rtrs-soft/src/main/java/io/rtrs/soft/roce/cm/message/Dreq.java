package io.rtrs.soft.roce.cm.message;

import java.lang.foreign.MemorySegment;

/**
 * The sender ends the connection (spec/rocev2.md 11.3).
 *
 * @param localId the sender's id
 * @param remoteId the receiver's
 * @param remoteQpn the receiver's queue pair, as a check
 * @param privateData at most 220 bytes
 */
public record Dreq(int localId, int remoteId, int remoteQpn, PrivateData privateData) implements CmMessage {
    /** Its attribute id. */
    public static final int ATTRIBUTE = 0x15;

    /** Bytes of private data. */
    public static final int PRIVATE_SIZE = 220;

    private static final int REMOTE_QPN = 8;
    private static final int PRIVATE = 12;

    static {
        assert PRIVATE + PRIVATE_SIZE == Mad.MESSAGE_SIZE;
    }

    /** Checks the range of the queue pair. */
    public Dreq {
        Fields.fits24("queue pair", remoteQpn);
    }

    @Override
    public int attribute() {
        return ATTRIBUTE;
    }

    /** The message in 232 bytes. */
    public static Dreq decode(MemorySegment segment, long offset) {
        return new Dreq(
                Fields.localId(segment, offset),
                Fields.remoteId(segment, offset),
                Fields.u24(segment, offset + REMOTE_QPN),
                PrivateData.get(segment, offset + PRIVATE, PRIVATE_SIZE));
    }

    @Override
    public void encode(MemorySegment segment, long offset) {
        Fields.begin(segment, offset, localId, remoteId);
        Fields.put24and8(segment, offset + REMOTE_QPN, remoteQpn, 0);
        privateData.put(segment, offset + PRIVATE, PRIVATE_SIZE);
    }
}
