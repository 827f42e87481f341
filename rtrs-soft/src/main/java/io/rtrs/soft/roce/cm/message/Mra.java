package io.rtrs.soft.roce.cm.message;

import io.rtrs.soft.roce.wire.Layouts;

import java.lang.foreign.MemorySegment;

/**
 * The receiver's message arrived and its answer takes time (spec/rocev2.md 11.3).
 *
 * @param localId the sender's id
 * @param remoteId the receiver's
 * @param answered which message arrived: {@link #REQ}, {@link #REP} or another
 * @param serviceTimeout how long the answer may take, as a time code (spec/rocev2.md 13.5)
 * @param privateData at most 222 bytes
 */
public record Mra(int localId, int remoteId, int answered, int serviceTimeout, PrivateData privateData)
        implements CmMessage {
    /** Its attribute id. */
    public static final int ATTRIBUTE = 0x11;

    /** Bytes of private data. */
    public static final int PRIVATE_SIZE = 222;

    /** A REQ arrived. */
    public static final int REQ = 0;

    /** A REP arrived. */
    public static final int REP = 1;

    private static final int ANSWERED = 8;
    private static final int TIMEOUT = 9;
    private static final int PRIVATE = 10;

    static {
        assert PRIVATE + PRIVATE_SIZE == Mad.MESSAGE_SIZE;
    }

    /** Checks the ranges. */
    public Mra {
        Fields.fits("answered message", answered, 2);
        Fields.fits("service timeout", serviceTimeout, 5);
    }

    @Override
    public int attribute() {
        return ATTRIBUTE;
    }

    /** The message in 232 bytes. */
    public static Mra decode(MemorySegment segment, long offset) {
        return new Mra(
                Fields.localId(segment, offset),
                Fields.remoteId(segment, offset),
                Fields.bits(segment, offset + ANSWERED, 6, 2),
                Fields.bits(segment, offset + TIMEOUT, 3, 5),
                PrivateData.get(segment, offset + PRIVATE, PRIVATE_SIZE));
    }

    @Override
    public void encode(MemorySegment segment, long offset) {
        Fields.begin(segment, offset, localId, remoteId);
        Layouts.put8(segment, offset + ANSWERED, answered << 6);
        Layouts.put8(segment, offset + TIMEOUT, serviceTimeout << 3);
        privateData.put(segment, offset + PRIVATE, PRIVATE_SIZE);
    }
}
