package io.rtrs.soft.iwarp.wire;

import static io.rtrs.soft.iwarp.wire.Layouts.BE32;
import static io.rtrs.soft.iwarp.wire.Layouts.BE64;

import java.lang.foreign.MemorySegment;

/**
 * What a Read Request has behind its DDP header (spec/iwarp.md 8.1). Offsets are those of this header's first byte, so that
 * a Terminate can send it back.
 *
 * <p><b>Allocation:</b> none.
 */
public final class ReadRequest {
    /** Bytes of the header. */
    public static final int SIZE = 28;

    /** Where it begins in the ULPDU. */
    public static final int AT = UntaggedHeader.SIZE;

    /** The length of the ULPDU. */
    public static final int END = AT + SIZE;

    private static final int SINK_STAG = 0;
    private static final int SINK_TO = 4;
    private static final int LENGTH = 12;
    private static final int SOURCE_STAG = 16;
    private static final int SOURCE_TO = 20;

    private ReadRequest() {}

    /** Writes the header; the low 32 bits of the length count. */
    public static void put(
            MemorySegment segment, long offset, int sinkStag, long sinkTo, int length, int sourceStag, long sourceTo) {
        segment.set(BE32, offset + SINK_STAG, sinkStag);
        segment.set(BE64, offset + SINK_TO, sinkTo);
        segment.set(BE32, offset + LENGTH, length);
        segment.set(BE32, offset + SOURCE_STAG, sourceStag);
        segment.set(BE64, offset + SOURCE_TO, sourceTo);
    }

    /** The key that the answer carries. */
    public static int sinkStag(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + SINK_STAG);
    }

    /** The offset that the answer begins with. */
    public static long sinkTo(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + SINK_TO);
    }

    /** Bytes asked for, 0 to 2³² − 1. */
    public static long length(MemorySegment segment, long offset) {
        return Integer.toUnsignedLong(segment.get(BE32, offset + LENGTH));
    }

    /** The key of the responder's memory. */
    public static int sourceStag(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + SOURCE_STAG);
    }

    /** Where in it. */
    public static long sourceTo(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + SOURCE_TO);
    }
}
