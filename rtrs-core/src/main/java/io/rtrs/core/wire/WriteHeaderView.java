package io.rtrs.core.wire;

import java.lang.foreign.MemorySegment;

/**
 * The WRITE header behind data and user header (spec/rtrs.md 3.6).
 *
 * <p><b>Allocation</b>: none.
 */
public final class WriteHeaderView {
    /** Bytes of the header. */
    public static final int SIZE = Protocol.WRITE_HEADER_SIZE;

    private WriteHeaderView() {}

    /** Writes the header. */
    public static void put(MemorySegment segment, long offset, int userLength) {
        Wire.put16(segment, offset, Protocol.TYPE_WRITE);
        Wire.put16(segment, offset + 2, userLength);
    }

    /** The message type, which READ and WRITE have at the same place. */
    public static int type(MemorySegment segment, long offset) {
        return Wire.u16(segment, offset);
    }

    /** The length of the user header, which READ and WRITE have at the same place. */
    public static int userLength(MemorySegment segment, long offset) {
        return Wire.u16(segment, offset + 2);
    }
}
