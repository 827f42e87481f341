package io.rtrs.bench.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The header of a block request, whatever carries it: where in the server's memory the block lies. 32 bytes, as long as
 * RNBD's.
 *
 * <p>Layout, little-endian: direction (le32: 0 read, 1 write) at 0, length (le32) at 4, offset (le64) at 8, tag (le64) at
 * 16, 8 zero bytes. The tag comes back with the answer where the transport does not tell requests apart by itself.
 *
 * <p><b>Allocation:</b> none.
 */
public final class BlockHeader {
    /** Its length. */
    public static final int BYTES = 32;

    /** From the server. */
    public static final int READ = 0;

    /** To the server. */
    public static final int WRITE = 1;

    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BlockHeader() {}

    static void encode(MemorySegment to, int direction, int length, long offset) {
        encode(to, 0, direction, length, offset, 0);
    }

    /** Writes one. */
    public static void encode(MemorySegment to, long at, int direction, int length, long offset, long tag) {
        to.set(LE32, at, direction);
        to.set(LE32, at + 4, length);
        to.set(LE64, at + 8, offset);
        to.set(LE64, at + 16, tag);
        to.set(LE64, at + 24, 0);
    }

    /** {@link #READ} or {@link #WRITE}, if the peer is well. */
    public static int direction(MemorySegment from, long at) {
        return from.get(LE32, at);
    }

    /** Bytes of the block. */
    public static int length(MemorySegment from, long at) {
        return from.get(LE32, at + 4);
    }

    /** Where the block begins in the server's memory. */
    public static long offset(MemorySegment from, long at) {
        return from.get(LE64, at + 8);
    }

    /** What the client calls the request. */
    public static long tag(MemorySegment from, long at) {
        return from.get(LE64, at + 16);
    }
}
