package io.rtrs.soft.roce.cm.message;

import java.lang.foreign.MemorySegment;

/**
 * The answer to a DREQ: the connection is over (spec/rocev2.md 11.3).
 *
 * @param localId the sender's id
 * @param remoteId the receiver's
 * @param privateData at most 224 bytes
 */
public record Drep(int localId, int remoteId, PrivateData privateData) implements CmMessage {
    /** Its attribute id. */
    public static final int ATTRIBUTE = 0x16;

    /** Bytes of private data. */
    public static final int PRIVATE_SIZE = 224;

    private static final int PRIVATE = 8;

    static {
        assert PRIVATE + PRIVATE_SIZE == Mad.MESSAGE_SIZE;
    }

    @Override
    public int attribute() {
        return ATTRIBUTE;
    }

    /** The message in 232 bytes. */
    public static Drep decode(MemorySegment segment, long offset) {
        return new Drep(
                Fields.localId(segment, offset),
                Fields.remoteId(segment, offset),
                PrivateData.get(segment, offset + PRIVATE, PRIVATE_SIZE));
    }

    @Override
    public void encode(MemorySegment segment, long offset) {
        Fields.begin(segment, offset, localId, remoteId);
        privateData.put(segment, offset + PRIVATE, PRIVATE_SIZE);
    }
}
