package io.rtrs.soft.iwarp.wire;

import static io.rtrs.soft.iwarp.wire.Layouts.BE32;
import static io.rtrs.soft.iwarp.wire.Layouts.BE64;

import java.lang.foreign.MemorySegment;

/**
 * What an Atomic Request has behind its DDP header (RFC 7306, spec/iwarp.md 8.3). Offsets are those of the ULPDU.
 *
 * <p><b>Allocation:</b> none.
 */
public final class AtomicRequest {
    /** The length of the ULPDU. */
    public static final int END = 70;

    /** Operation: adds. */
    public static final int FETCH_ADD = 0;

    /** Operation: swaps if it compares. */
    public static final int COMPARE_SWAP = 2;

    private static final int OPERATION = 18;
    private static final int IDENTIFIER = 22;
    private static final int STAG = 26;
    private static final int TO = 30;
    private static final int DATA = 38;
    private static final int DATA_MASK = 46;
    private static final int COMPARE = 54;
    private static final int COMPARE_MASK = 62;
    private static final int OPERATION_MASK = 0xF;

    private AtomicRequest() {}

    /** Writes an addition to all 64 bits. */
    public static void putAdd(
            MemorySegment segment, long offset, int identifier, int stag, long targetOffset, long addend) {
        put(segment, offset, FETCH_ADD, identifier, stag, targetOffset);
        put(segment, offset, addend, 0, 0, 0);
    }

    /** Writes a comparison and swap of all 64 bits. */
    public static void putSwap(
            MemorySegment segment, long offset, int identifier, int stag, long targetOffset, long compare, long swap) {
        put(segment, offset, COMPARE_SWAP, identifier, stag, targetOffset);
        put(segment, offset, swap, -1, compare, -1);
    }

    /** Writes what it is and of what. */
    public static void put(
            MemorySegment segment, long offset, int operation, int identifier, int stag, long targetOffset) {
        segment.set(BE32, offset + OPERATION, operation);
        segment.set(BE32, offset + IDENTIFIER, identifier);
        segment.set(BE32, offset + STAG, stag);
        segment.set(BE64, offset + TO, targetOffset);
    }

    /** Writes the operands. */
    public static void put(
            MemorySegment segment, long offset, long data, long dataMask, long compare, long compareMask) {
        segment.set(BE64, offset + DATA, data);
        segment.set(BE64, offset + DATA_MASK, dataMask);
        segment.set(BE64, offset + COMPARE, compare);
        segment.set(BE64, offset + COMPARE_MASK, compareMask);
    }

    /** What is to be done: {@link #FETCH_ADD}, {@link #COMPARE_SWAP}, or a number that means nothing. */
    public static int operation(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + OPERATION) & OPERATION_MASK;
    }

    /** What the response repeats. */
    public static int identifier(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + IDENTIFIER);
    }

    /** The key of the responder's memory. */
    public static int stag(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + STAG);
    }

    /** Where in it. */
    public static long targetOffset(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + TO);
    }

    /** What is added, or swapped in. */
    public static long data(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + DATA);
    }

    /** Of an addition: the bits at which a field ends. Of a swap: those that are swapped. */
    public static long dataMask(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + DATA_MASK);
    }

    /** What must be there. */
    public static long compare(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + COMPARE);
    }

    /** The bits that are compared. */
    public static long compareMask(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + COMPARE_MASK);
    }
}
