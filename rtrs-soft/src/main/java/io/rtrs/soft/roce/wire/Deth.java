package io.rtrs.soft.roce.wire;

import static io.rtrs.soft.roce.wire.Layouts.BE32;

import java.lang.foreign.MemorySegment;

/**
 * The header of a datagram (spec/rocev2.md 3.2).
 *
 * <p><b>Allocation</b>: none.
 */
public final class Deth {
    /** Bytes of the header. */
    public static final int SIZE = 8;

    /** The key of QP1. */
    public static final int CM_QKEY = 0x8001_0000;

    private Deth() {}

    /** Writes the header. */
    public static void put(MemorySegment segment, long offset, int qkey, int sourceQp) {
        segment.set(BE32, offset, qkey);
        segment.set(BE32, offset + 4, sourceQp & 0xFF_FFFF);
    }

    /** Queue key. */
    public static int qkey(MemorySegment segment, long offset) {
        return segment.get(BE32, offset);
    }

    /** The sender's queue pair. */
    public static int sourceQp(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + 4) & 0xFF_FFFF;
    }
}
