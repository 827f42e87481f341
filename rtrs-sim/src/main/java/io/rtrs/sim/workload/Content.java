package io.rtrs.sim.workload;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** What the data of a block is, of each version: every eight bytes tell block, version and place. */
public final class Content {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;

    /** What a buffer is filled with that is its owner's again. */
    private static final long REST = 0xEEEE_EEEE_EEEE_EEEEL;

    private Content() {}

    private static long word(int block, long version, long at) {
        long x = (version * PRIME) ^ ((long) block << 40) ^ at;
        return x ^ (x >>> 29);
    }

    /** Writes a version of a block. */
    public static void fill(MemorySegment memory, long length, int block, long version) {
        for (long at = 0; at < length; at += Long.BYTES) {
            memory.set(WORD, at, word(block, version, at));
        }
    }

    /** Whether it is that version. */
    public static boolean is(MemorySegment memory, long length, int block, long version) {
        for (long at = 0; at < length; at += Long.BYTES) {
            if (memory.get(WORD, at) != word(block, version, at)) {
                return false;
            }
        }
        return true;
    }

    /** Writes what nobody has asked for. */
    public static void rest(MemorySegment memory, long length) {
        for (long at = 0; at < length; at += Long.BYTES) {
            memory.set(WORD, at, REST);
        }
    }

    /** Whether that is still there. */
    public static boolean rests(MemorySegment memory, long length) {
        for (long at = 0; at < length; at += Long.BYTES) {
            if (memory.get(WORD, at) != REST) {
                return false;
            }
        }
        return true;
    }
}
