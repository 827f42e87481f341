package io.rtrs.bench.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The answer to a block request, where the transport has none of its own: 16 bytes, before the block of a read.
 *
 * <p>Layout, little-endian: tag (le64) at 0, status (le32: 0 or a negative errno) at 8, length of the block that follows
 * (le32) at 12.
 *
 * <p><b>Allocation:</b> none.
 */
public final class BlockAnswer {
    /** Its length. */
    public static final int BYTES = 16;

    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BlockAnswer() {}

    /** Writes one. */
    public static void encode(MemorySegment to, long at, long tag, int status, int length) {
        to.set(LE64, at, tag);
        to.set(LE32, at + 8, status);
        to.set(LE32, at + 12, length);
    }

    /** The request's tag. */
    public static long tag(MemorySegment from, long at) {
        return from.get(LE64, at);
    }

    /** 0 or a negative errno. */
    public static int status(MemorySegment from, long at) {
        return from.get(LE32, at + 8);
    }

    /** Bytes that follow. */
    public static int length(MemorySegment from, long at) {
        return from.get(LE32, at + 12);
    }
}
