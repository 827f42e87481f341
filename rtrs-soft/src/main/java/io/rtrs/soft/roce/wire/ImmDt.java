package io.rtrs.soft.roce.wire;

import java.lang.foreign.MemorySegment;

/**
 * The immediate (spec/rocev2.md 3.2).
 *
 * <p><b>Allocation</b>: none.
 */
public final class ImmDt {
    /** Bytes of the header. */
    public static final int SIZE = 4;

    private ImmDt() {}

    /** Writes the number, big-endian. */
    public static void put(MemorySegment segment, long offset, int immediate) {
        segment.set(Layouts.BE32, offset, immediate);
    }

    /** The number that the big-endian bytes make. */
    public static int get(MemorySegment segment, long offset) {
        return segment.get(Layouts.BE32, offset);
    }
}
