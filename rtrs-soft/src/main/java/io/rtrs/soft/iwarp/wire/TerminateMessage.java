package io.rtrs.soft.iwarp.wire;

import java.lang.foreign.MemorySegment;

/**
 * What a Terminate has behind its DDP header, in the RFC's order (spec/iwarp.md 9). Offsets are those of the ULPDU.
 *
 * <p><b>Allocation:</b> none.
 */
public final class TerminateMessage {
    /** The number of the only one. */
    public static final int MSN = 1;

    /** The length of a ULPDU without headers. */
    public static final int LEAST = 22;

    /** The length of a ULPDU with the header of a Read Request. */
    public static final int MOST = 70;

    /** Where a DDP header that goes along begins. */
    public static final int HEADER = 24;

    /** The low five bits are 0. */
    private static final int LENGTH_VALID = 0x80;

    private static final int HAS_DDP = 0x40;
    private static final int HAS_READ = 0x20;

    private static final int CONTROL = 18;
    private static final int CODE = 19;
    private static final int FLAGS = 20;
    private static final int RESERVED = 21;
    private static final int SEGMENT_LENGTH = 22;

    private TerminateMessage() {}

    /** Writes a whole ULPDU without headers; returns its length. */
    public static int put(MemorySegment segment, long offset, TerminateError error) {
        putError(segment, offset, error, 0);
        return LEAST;
    }

    /**
     * Writes all but the header that goes along, which belongs at {@link #HEADER}.
     *
     * @param segmentLength of the ULPDU that was refused
     * @param header bytes of its DDP header
     * @param read whether the 28 bytes of a Read Request stand behind that
     * @return the length of the ULPDU
     */
    public static int put(
            MemorySegment segment, long offset, TerminateError error, int segmentLength, int header, boolean read) {
        putError(segment, offset, error, LENGTH_VALID | HAS_DDP | (read ? HAS_READ : 0));
        Layouts.put16(segment, offset + SEGMENT_LENGTH, segmentLength);
        return HEADER + header + (read ? ReadRequest.SIZE : 0);
    }

    private static void putError(MemorySegment segment, long offset, TerminateError error, int flags) {
        UntaggedHeader.put(segment, offset, RdmapOpcode.TERMINATE, true, 0, MSN, 0);
        Layouts.put8(segment, offset + CONTROL, error.layer() << 4 | error.type());
        Layouts.put8(segment, offset + CODE, error.code());
        Layouts.put8(segment, offset + FLAGS, flags);
        Layouts.put8(segment, offset + RESERVED, 0);
    }

    /** Layer and type, as they stand there. */
    static int control(MemorySegment segment, long offset) {
        return Layouts.u8(segment, offset + CONTROL);
    }

    /** The code. */
    static int code(MemorySegment segment, long offset) {
        return Layouts.u8(segment, offset + CODE);
    }

    /** M, D, R and what is reserved behind them. */
    static int flags(MemorySegment segment, long offset) {
        return Layouts.u8(segment, offset + FLAGS);
    }
}
