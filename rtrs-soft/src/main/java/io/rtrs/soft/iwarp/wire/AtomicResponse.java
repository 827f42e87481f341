package io.rtrs.soft.iwarp.wire;

import static io.rtrs.soft.iwarp.wire.Layouts.BE32;
import static io.rtrs.soft.iwarp.wire.Layouts.BE64;

import java.lang.foreign.MemorySegment;

/**
 * What an Atomic Response has behind its DDP header (RFC 7306, spec/iwarp.md 8.3). Offsets are those of the ULPDU.
 *
 * <p><b>Allocation:</b> none.
 */
public final class AtomicResponse {
    /** The length of the ULPDU. */
    public static final int END = 30;

    private static final int IDENTIFIER = 18;
    private static final int ORIGINAL = 22;

    private AtomicResponse() {}

    /** Writes what stands behind the DDP header. */
    public static void put(MemorySegment segment, long offset, int identifier, long original) {
        segment.set(BE32, offset + IDENTIFIER, identifier);
        segment.set(BE64, offset + ORIGINAL, original);
    }

    /** The identifier of the request. */
    public static int identifier(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + IDENTIFIER);
    }

    /** What was there before. */
    public static long original(MemorySegment segment, long offset) {
        return segment.get(BE64, offset + ORIGINAL);
    }
}
