package io.rtrs.soft.iwarp.wire;

import static io.rtrs.soft.iwarp.wire.Layouts.BE32;

import java.lang.foreign.MemorySegment;

/**
 * The eight bytes of Immediate Data: ours has 32 bits, in the first four (RFC 7306, spec/iwarp.md 8.4). A Send with
 * Immediate begins with the same (13.2).
 *
 * <p><b>Allocation:</b> none.
 */
public final class ImmediateData {
    /** Bytes. */
    public static final int SIZE = 8;

    /** Where it is in the ULPDU. */
    public static final int AT = UntaggedHeader.SIZE;

    /** The length of the ULPDU of Immediate Data. */
    public static final int END = AT + SIZE;

    private ImmediateData() {}

    /** Writes the immediate, and four bytes of 0 behind it. */
    public static void put(MemorySegment segment, long offset, int immediate) {
        segment.set(BE32, offset, immediate);
        segment.set(BE32, offset + 4, 0);
    }

    /** The immediate; the last four bytes may be anything. */
    public static int immediate(MemorySegment segment, long offset) {
        return segment.get(BE32, offset);
    }
}
