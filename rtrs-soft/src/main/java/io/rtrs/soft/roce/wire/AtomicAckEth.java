package io.rtrs.soft.roce.wire;

import java.lang.foreign.MemorySegment;

/**
 * What an atomic found (spec/rocev2.md 3.2).
 *
 * <p><b>Allocation</b>: none.
 */
public final class AtomicAckEth {
    /** Bytes of the header. */
    public static final int SIZE = 8;

    private AtomicAckEth() {}

    /** Writes the value. */
    public static void put(MemorySegment segment, long offset, long original) {
        segment.set(Layouts.BE64, offset, original);
    }

    /** The value before the operation. */
    public static long original(MemorySegment segment, long offset) {
        return segment.get(Layouts.BE64, offset);
    }
}
