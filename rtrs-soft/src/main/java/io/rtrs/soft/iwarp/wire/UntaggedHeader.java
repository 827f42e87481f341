package io.rtrs.soft.iwarp.wire;

import static io.rtrs.soft.iwarp.wire.Layouts.BE32;

import java.lang.foreign.MemorySegment;

/**
 * The DDP header of a segment for a queue of the receiver (spec/iwarp.md 7.3).
 *
 * <p><b>Allocation:</b> none.
 */
public final class UntaggedHeader {
    /** Bytes, control bytes included. */
    public static final int SIZE = 18;

    private static final int INVALIDATE = 2;
    private static final int QN = 6;
    private static final int MSN = 10;
    private static final int MO = 14;

    private UntaggedHeader() {}

    /**
     * Writes the header, with the queue of the opcode.
     *
     * @param invalidate the key that the message invalidates, else 0
     */
    public static void put(
            MemorySegment segment, long offset, RdmapOpcode opcode, boolean last, int invalidate, int msn, int mo) {
        put(segment, offset, opcode, last, invalidate, opcode.queue(), msn, mo);
    }

    /** Writes the header, with any queue: for headers that are sent back, and for tests. */
    public static void put(
            MemorySegment segment,
            long offset,
            RdmapOpcode opcode,
            boolean last,
            int invalidate,
            int queue,
            int msn,
            int mo) {
        Ddp.putControl(segment, offset, opcode, last);
        segment.set(BE32, offset + INVALIDATE, invalidate);
        segment.set(BE32, offset + QN, queue);
        segment.set(BE32, offset + MSN, msn);
        segment.set(BE32, offset + MO, mo);
    }

    /** The key to invalidate; of other messages reserved. */
    public static int invalidate(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + INVALIDATE);
    }

    /** Queue number. */
    public static int queue(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + QN);
    }

    /** Number of the message in its queue, from 1, modulo 2³². */
    public static int msn(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + MSN);
    }

    /** Where in the message the segment's first byte belongs. */
    public static long messageOffset(MemorySegment segment, long offset) {
        return Integer.toUnsignedLong(segment.get(BE32, offset + MO));
    }
}
