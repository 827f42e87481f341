package io.rtrs.bench.peers.work;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What the server's memory should hold: each eight bytes tell where they belong and in which round they were written.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param round anything; different rounds have different bytes everywhere
 */
public record Content(long round) {
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long word(long offset) {
        long mixed = (offset + 1) * GOLDEN + round;
        return (mixed ^ (mixed >>> 29)) * GOLDEN;
    }

    /** Writes what belongs at {@code offset} of the server's memory. */
    public void fill(MemorySegment to, long at, int length, long offset) {
        for (int i = 0; i < length; i += Long.BYTES) {
            to.set(ValueLayout.JAVA_LONG_UNALIGNED, at + i, word(offset + i));
        }
    }

    /** Whether this is what belongs at {@code offset} of the server's memory. */
    public boolean matches(MemorySegment from, long at, int length, long offset) {
        for (int i = 0; i < length; i += Long.BYTES) {
            if (from.get(ValueLayout.JAVA_LONG_UNALIGNED, at + i) != word(offset + i)) {
                return false;
            }
        }
        return true;
    }
}
