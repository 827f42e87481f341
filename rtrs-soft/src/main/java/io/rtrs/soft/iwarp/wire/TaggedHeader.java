package io.rtrs.soft.iwarp.wire;

import static io.rtrs.soft.iwarp.wire.Layouts.BE32;
import static io.rtrs.soft.iwarp.wire.Layouts.BE64;

import java.lang.foreign.MemorySegment;

/**
 * The DDP header of a segment that names its memory: Write and Read Response (spec/iwarp.md 7.2).
 *
 * <p><b>Allocation:</b> none.
 */
public final class TaggedHeader {
    /** Bytes, control bytes included. */
    public static final int SIZE = 14;

    private static final int STAG = 2;
    private static final int TO = 6;

    private TaggedHeader() {}

    /** Writes the header. */
    public static void put(
            MemorySegment segment, long offset, RdmapOpcode opcode, boolean last, int stag, long targetOffset) {
        Ddp.putControl(segment, offset, opcode, last);
        segment.set(BE32, offset + STAG, stag);
        segment.set(BE64, offset + TO, targetOffset);
    }

    /** The key of the memory. */
    public static int stag(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + STAG);
    }

    /** Where this segment's first byte goes; for ordinary regions an address. */
    public static long targetOffset(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + TO);
    }
}
