package io.rtrs.soft.roce.wire;

import static io.rtrs.soft.roce.wire.Layouts.BE32;
import static io.rtrs.soft.roce.wire.Layouts.BE64;

import java.lang.foreign.MemorySegment;

/**
 * Place and operands of an atomic (spec/rocev2.md 3.2).
 *
 * <p><b>Allocation</b>: none.
 */
public final class AtomicEth {
    /** Bytes of the header. */
    public static final int SIZE = 28;

    private AtomicEth() {}

    /** Writes the header; FETCH ADD has compare 0. */
    public static void put(MemorySegment segment, long offset, long address, int rkey, long swapOrAdd, long compare) {
        segment.set(BE64, offset, address);
        segment.set(BE32, offset + 8, rkey);
        segment.set(BE64, offset + 12, swapOrAdd);
        segment.set(BE64, offset + 20, compare);
    }

    /** Virtual address. */
    public static long address(MemorySegment segment, long offset) {
        return segment.get(BE64, offset);
    }

    /** Key. */
    public static int rkey(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + 8);
    }

    /** What is put in place, or added. */
    public static long swapOrAdd(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + 12);
    }

    /** What must be there. */
    public static long compare(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + 20);
    }
}
