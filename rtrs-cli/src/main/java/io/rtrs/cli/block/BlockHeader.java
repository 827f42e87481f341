package io.rtrs.cli.block;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The user header of a block request: what to do, and where in the server's memory the block lies. 32 bytes, as long as
 * RNBD's.
 *
 * <p>Layout, little-endian: {@link #MAGIC} (le32) at 0, operation (le32) at 4, offset (le64) at 8, length (le32) at 16, 12
 * zero bytes. {@link #INFO} reads {@link #INFO_BYTES} bytes: the magic (le32), the version (le32), the memory's size (le64),
 * 16 zero bytes.
 *
 * <p><b>Allocation:</b> none. <b>Errors:</b> the accessors check nothing but the segment's bounds.
 */
public final class BlockHeader {
    /** Length of the header. */
    public static final int BYTES = 32;

    /** "RTBK": no RNBD message starts so, and RNBD servers refuse it. */
    public static final int MAGIC = 0x4B42_5452;

    /** The version of this layout. */
    public static final int VERSION = 1;

    /** Reads a block. */
    public static final int READ = 0;

    /** Writes a block. */
    public static final int WRITE = 1;

    /** Reads what the server's memory is; offset and length are 0. */
    public static final int INFO = 2;

    /** Length of the answer to {@link #INFO}. */
    public static final int INFO_BYTES = 32;

    private static final int OPERATION_AT = 4;
    private static final int OFFSET_AT = 8;
    private static final int LENGTH_AT = 16;
    private static final int ZERO_AT = 20;

    private static final int INFO_VERSION_AT = 4;
    private static final int INFO_SIZE_AT = 8;

    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BlockHeader() {}

    /** Writes a whole header at the segment's start. */
    public static void encode(MemorySegment to, int operation, long offset, int length) {
        to.set(LE32, 0, MAGIC);
        to.set(LE32, OPERATION_AT, operation);
        to.set(LE64, OFFSET_AT, offset);
        to.set(LE32, LENGTH_AT, length);
        to.set(LE32, ZERO_AT, 0);
        to.set(LE64, ZERO_AT + 4, 0);
    }

    /** Whether magic and reserved bytes are as they should be. */
    public static boolean isWellFormed(MemorySegment from, long at) {
        return from.get(LE32, at) == MAGIC
                && from.get(LE32, at + ZERO_AT) == 0
                && from.get(LE64, at + ZERO_AT + 4) == 0;
    }

    /** The operation. */
    public static int operation(MemorySegment from, long at) {
        return from.get(LE32, at + OPERATION_AT);
    }

    /** The first byte in the server's memory. */
    public static long offset(MemorySegment from, long at) {
        return from.get(LE64, at + OFFSET_AT);
    }

    /** The number of bytes. */
    public static int length(MemorySegment from, long at) {
        return from.get(LE32, at + LENGTH_AT);
    }

    /** Writes a whole answer to {@link #INFO} at the segment's start. */
    public static void encodeInfo(MemorySegment to, long size) {
        to.set(LE32, 0, MAGIC);
        to.set(LE32, INFO_VERSION_AT, VERSION);
        to.set(LE64, INFO_SIZE_AT, size);
        to.set(LE64, INFO_SIZE_AT + 8, 0);
        to.set(LE64, INFO_SIZE_AT + 16, 0);
    }

    /** The memory's size in an answer to {@link #INFO}; negative if the answer is of another kind or version. */
    public static long infoSize(MemorySegment from) {
        boolean ours = from.get(LE32, 0) == MAGIC && from.get(LE32, INFO_VERSION_AT) == VERSION;
        return ours ? from.get(LE64, INFO_SIZE_AT) : -1;
    }
}
