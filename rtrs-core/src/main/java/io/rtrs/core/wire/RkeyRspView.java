package io.rtrs.core.wire;

import java.lang.foreign.MemorySegment;

/**
 * RKEY_RSP, the payload of an answer in mode Y: the new key of the chunk (spec/rtrs.md 3.8).
 *
 * <p><b>Allocation</b>: none, but for {@link #describe}.
 */
public final class RkeyRspView {
    /** Bytes of the message. */
    public static final int SIZE = Protocol.RKEY_RSP_SIZE;

    /** {@link #check}: the message is good. */
    public static final int OK = 0;

    /** {@link #check}: fewer than 8 bytes arrived. */
    public static final int TOO_SHORT = -1;

    /** {@link #check}: the type is not 4. */
    public static final int BAD_TYPE = -2;

    /** {@link #check}: the buffer id is not below the queue depth. */
    public static final int BAD_BUFFER_ID = -3;

    /** {@link #check}: the buffer id is not the message id of the immediate. */
    public static final int OTHER_BUFFER_ID = -4;

    private RkeyRspView() {}

    /** Writes the message. */
    public static void put(MemorySegment segment, long offset, int bufferId, int rkey) {
        Wire.put16(segment, offset, Protocol.TYPE_RKEY_RSP);
        Wire.put16(segment, offset + 2, bufferId);
        segment.set(Layouts.LE32, offset + 4, rkey);
    }

    /** The message type. */
    public static int type(MemorySegment segment, long offset) {
        return Wire.u16(segment, offset);
    }

    /** The buffer id. */
    public static int bufferId(MemorySegment segment, long offset) {
        return Wire.u16(segment, offset + 2);
    }

    /** The key to use for this chunk on this path from now on. */
    public static int rkey(MemorySegment segment, long offset) {
        return segment.get(Layouts.LE32, offset + 4);
    }

    /**
     * Checks a received message by the rules of spec/rtrs.md 7.7; any fault breaks the path.
     *
     * @param length the bytes that arrived
     * @param queueDepth the session's queue depth
     * @param messageId the message id of the immediate
     * @return {@link #OK}, or a negative constant of this class
     */
    public static int check(MemorySegment segment, long offset, int length, int queueDepth, int messageId) {
        if (length < SIZE) {
            return TOO_SHORT;
        }
        if (type(segment, offset) != Protocol.TYPE_RKEY_RSP) {
            return BAD_TYPE;
        }
        int bufferId = bufferId(segment, offset);
        if (bufferId >= queueDepth) {
            return BAD_BUFFER_ID;
        }
        return bufferId == messageId ? OK : OTHER_BUFFER_ID;
    }

    /** The words for a code of {@link #check}, with field and value. */
    public static String describe(
            int code, MemorySegment segment, long offset, int length, int queueDepth, int messageId) {
        return switch (code) {
            case OK -> "RKEY_RSP is good";
            case TOO_SHORT -> "RKEY_RSP.length = " + length + ", at least 8 bytes needed";
            case BAD_TYPE -> "RKEY_RSP.type = " + type(segment, offset) + ", must be 4";
            case BAD_BUFFER_ID ->
                "RKEY_RSP.buf_id = " + bufferId(segment, offset) + ", must be less than the queue depth " + queueDepth;
            case OTHER_BUFFER_ID ->
                "RKEY_RSP.buf_id = " + bufferId(segment, offset) + ", must be the immediate's msg_id " + messageId;
            default -> throw new IllegalArgumentException("code " + code);
        };
    }
}
