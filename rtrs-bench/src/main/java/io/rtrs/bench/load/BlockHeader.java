package io.rtrs.bench.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The user header of a block request: where in the server's memory the block lies. 32 bytes, as long as RNBD's.
 *
 * <p>Layout, little-endian: direction (le32: 0 read, 1 write) at 0, length (le32) at 4, offset (le64) at 8, 16 zero bytes.
 */
final class BlockHeader {
    static final int BYTES = 32;
    static final int READ = 0;
    static final int WRITE = 1;

    private static final ValueLayout.OfInt LE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private BlockHeader() {}

    static void encode(MemorySegment to, int direction, int length, long offset) {
        to.set(LE32, 0, direction);
        to.set(LE32, 4, length);
        to.set(LE64, 8, offset);
        to.set(LE64, 16, 0);
        to.set(LE64, 24, 0);
    }

    static int direction(MemorySegment from, long at) {
        return from.get(LE32, at);
    }

    static int length(MemorySegment from, long at) {
        return from.get(LE32, at + 4);
    }

    static long offset(MemorySegment from, long at) {
        return from.get(LE64, at + 8);
    }
}
