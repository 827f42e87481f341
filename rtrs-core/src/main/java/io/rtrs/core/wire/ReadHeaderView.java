package io.rtrs.core.wire;

import java.lang.foreign.MemorySegment;

/**
 * The READ header behind the user header, with no or one descriptor of the client's memory (spec/rtrs.md 3.7).
 *
 * <p><b>Allocation</b>: none.
 */
public final class ReadHeaderView {
    /** Bytes of a header without a descriptor. */
    public static final int SIZE = Protocol.READ_HEADER_SIZE;

    /** Bytes of a header with its descriptor. */
    public static final int SIZE_WITH_DESCRIPTOR = Protocol.READ_HEADER_SIZE + Protocol.DESCRIPTOR_SIZE;

    private ReadHeaderView() {}

    /** Writes a header that wants no data. */
    public static void put(MemorySegment segment, long offset, int userLength) {
        putStart(segment, offset, userLength, 0, 0);
    }

    /**
     * Writes a header with its descriptor.
     *
     * @param flags 0 or {@link Protocol#FLAG_NEED_INVAL}
     */
    public static void put(
            MemorySegment segment, long offset, int userLength, int flags, long address, int rkey, int length) {
        putStart(segment, offset, userLength, flags, 1);
        segment.set(Layouts.LE64, offset + 8, address);
        segment.set(Layouts.LE32, offset + 16, rkey);
        segment.set(Layouts.LE32, offset + 20, length);
    }

    private static void putStart(MemorySegment segment, long offset, int userLength, int flags, int sgCount) {
        Wire.put16(segment, offset, Protocol.TYPE_READ);
        Wire.put16(segment, offset + 2, userLength);
        Wire.put16(segment, offset + 4, flags);
        Wire.put16(segment, offset + 6, sgCount);
    }

    /** The message type. */
    public static int type(MemorySegment segment, long offset) {
        return Wire.u16(segment, offset);
    }

    /** The length of the user header. */
    public static int userLength(MemorySegment segment, long offset) {
        return Wire.u16(segment, offset + 2);
    }

    /** The flags. */
    public static int flags(MemorySegment segment, long offset) {
        return Wire.u16(segment, offset + 4);
    }

    /** The number of descriptors. */
    public static int sgCount(MemorySegment segment, long offset) {
        return Wire.u16(segment, offset + 6);
    }

    /** The client's address; only with one descriptor. */
    public static long address(MemorySegment segment, long offset) {
        return segment.get(Layouts.LE64, offset + 8);
    }

    /** The client's key; only with one descriptor. */
    public static int rkey(MemorySegment segment, long offset) {
        return segment.get(Layouts.LE32, offset + 16);
    }

    /** The wanted length, unsigned; only with one descriptor. */
    public static long length(MemorySegment segment, long offset) {
        return Wire.u32(segment, offset + 20);
    }
}
