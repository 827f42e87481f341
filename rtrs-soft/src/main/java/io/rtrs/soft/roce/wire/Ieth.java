package io.rtrs.soft.roce.wire;

import java.lang.foreign.MemorySegment;

/**
 * The key that a SEND invalidates (spec/rocev2.md 3.2).
 *
 * <p><b>Allocation</b>: none.
 */
public final class Ieth {
    /** Bytes of the header. */
    public static final int SIZE = 4;

    private Ieth() {}

    /** Writes the key. */
    public static void put(MemorySegment segment, long offset, int rkey) {
        segment.set(Layouts.BE32, offset, rkey);
    }

    /** The key. */
    public static int rkey(MemorySegment segment, long offset) {
        return segment.get(Layouts.BE32, offset);
    }
}
