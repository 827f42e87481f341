package io.rtrs.soft.roce.wire;

import static io.rtrs.soft.roce.wire.Layouts.BE32;
import static io.rtrs.soft.roce.wire.Layouts.BE64;

import java.lang.foreign.MemorySegment;

/**
 * Where an RDMA operation goes in the peer's memory (spec/rocev2.md 3.2).
 *
 * <p><b>Allocation</b>: none.
 */
public final class Reth {
    /** Bytes of the header. */
    public static final int SIZE = 16;

    private Reth() {}

    /** Writes the header; the length is the whole message's. */
    public static void put(MemorySegment segment, long offset, long address, int rkey, int length) {
        segment.set(BE64, offset, address);
        segment.set(BE32, offset + 8, rkey);
        segment.set(BE32, offset + 12, length);
    }

    /** Virtual address. */
    public static long address(MemorySegment segment, long offset) {
        return segment.get(BE64, offset);
    }

    /** Key. */
    public static int rkey(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + 8);
    }

    /** Length of the whole message, 0..2^32-1. */
    public static long length(MemorySegment segment, long offset) {
        return Integer.toUnsignedLong(segment.get(BE32, offset + 12));
    }
}
