package io.rtrs.cli.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Generated blocks: every eight bytes tell the run, the block, its version and their place in it.
 *
 * @param seed of the run, so that what an earlier run left is not mistaken for this one's
 */
public record PatternContent(long seed) implements Content {
    private static final ValueLayout.OfLong LE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Odd, so that all words of a block differ: 2^64 divided by the golden ratio. */
    private static final long STEP = 0x9E37_79B9_7F4A_7C15L;

    @Override
    public void fill(MemorySegment to, long offset, int length, int version) {
        long word = first(offset, version);
        int whole = length & -Long.BYTES;
        for (int i = 0; i < whole; i += Long.BYTES) {
            to.set(LE64, i, word);
            word += STEP;
        }
        for (int i = whole; i < length; i++) {
            to.set(ValueLayout.JAVA_BYTE, i, (byte) (word >>> (8 * (i - whole))));
        }
    }

    @Override
    public long mismatch(MemorySegment found, long offset, int length, int version) {
        long word = first(offset, version);
        int whole = length & -Long.BYTES;
        for (int i = 0; i < whole; i += Long.BYTES) {
            long different = found.get(LE64, i) ^ word;
            if (different != 0) {
                return i + (long) Long.numberOfTrailingZeros(different) / Byte.SIZE;
            }
            word += STEP;
        }
        for (int i = whole; i < length; i++) {
            if (found.get(ValueLayout.JAVA_BYTE, i) != (byte) (word >>> (8 * (i - whole)))) {
                return i;
            }
        }
        return -1;
    }

    private long first(long offset, int version) {
        return mixed(mixed(seed + offset) + version);
    }

    /** Spreads a change of any bit over all bits (the finalizer of SplitMix64). */
    private static long mixed(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }
}
