package io.rtrs.soft.roce.cm.message;

import io.rtrs.soft.roce.wire.Layouts;

import java.lang.foreign.MemorySegment;

/**
 * A request or a reply is refused, or its sender gives up (spec/rocev2.md 11.3, 11.4, 13.4).
 *
 * @param localId the sender's id, 0 if it has none
 * @param remoteId the receiver's, 0 if the sender does not know it
 * @param rejected what is refused: {@link #REQ}, {@link #REP} or {@link #OTHER}
 * @param infoLength how many bytes of {@code info} mean something
 * @param reason one of the constants of {@link RejectReason}, or another of the architecture
 * @param info at most 72 bytes that depend on the reason
 * @param privateData at most 148 bytes
 */
public record Rej(
        int localId, int remoteId, int rejected, int infoLength, int reason, PrivateData info, PrivateData privateData)
        implements CmMessage {
    /** Its attribute id. */
    public static final int ATTRIBUTE = 0x12;

    /** Bytes of private data. */
    public static final int PRIVATE_SIZE = 148;

    /** Bytes of additional information. */
    public static final int INFO_SIZE = 72;

    /** A REQ is refused. */
    public static final int REQ = 0;

    /** A REP is refused. */
    public static final int REP = 1;

    /** No message in particular. */
    public static final int OTHER = 2;

    private static final int REJECTED = 8;
    private static final int INFO_LENGTH = 9;
    private static final int REASON = 10;
    private static final int INFO = 12;
    private static final int PRIVATE = INFO + INFO_SIZE;

    static {
        assert PRIVATE + PRIVATE_SIZE == Mad.MESSAGE_SIZE;
    }

    /** Checks the ranges. */
    public Rej {
        Fields.fits("rejected message", rejected, 2);
        Fields.fits("length of information", infoLength, 7);
        Fields.fits("reason", reason, 16);
    }

    /** A refusal without additional information. */
    public static Rej of(int localId, int remoteId, int rejected, int reason, PrivateData privateData) {
        return new Rej(localId, remoteId, rejected, 0, reason, PrivateData.EMPTY, privateData);
    }

    /**
     * A REQ is refused for its path MTU.
     *
     * @param carried the code of the largest one that the sender's link carries; it stands where a REQ has its own, in the
     *     upper half of a byte
     */
    public static Rej ofPathMtu(int remoteId, int carried) {
        PrivateData info = PrivateData.of(new byte[] {(byte) (carried << 4)});
        return new Rej(0, remoteId, REQ, 1, RejectReason.INVALID_MTU, info, PrivateData.EMPTY);
    }

    /** The code of the path MTU that the sender's link carries, if the additional information tells it; else 0. */
    public int pathMtu() {
        return infoLength > 0 ? Byte.toUnsignedInt(info.bytes()[0]) >> 4 : 0;
    }

    @Override
    public int attribute() {
        return ATTRIBUTE;
    }

    /** The message in 232 bytes. */
    public static Rej decode(MemorySegment segment, long offset) {
        return new Rej(
                Fields.localId(segment, offset),
                Fields.remoteId(segment, offset),
                Fields.bits(segment, offset + REJECTED, 6, 2),
                Fields.bits(segment, offset + INFO_LENGTH, 1, 7),
                Layouts.u16(segment, offset + REASON),
                PrivateData.get(segment, offset + INFO, INFO_SIZE),
                PrivateData.get(segment, offset + PRIVATE, PRIVATE_SIZE));
    }

    @Override
    public void encode(MemorySegment segment, long offset) {
        Fields.begin(segment, offset, localId, remoteId);
        Layouts.put8(segment, offset + REJECTED, rejected << 6);
        Layouts.put8(segment, offset + INFO_LENGTH, infoLength << 1);
        Layouts.put16(segment, offset + REASON, reason);
        info.put(segment, offset + INFO, INFO_SIZE);
        privateData.put(segment, offset + PRIVATE, PRIVATE_SIZE);
    }
}
