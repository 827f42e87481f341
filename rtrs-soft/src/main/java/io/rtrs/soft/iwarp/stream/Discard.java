package io.rtrs.soft.iwarp.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where the stream goes after an error: nowhere, so that the peer gets what was said last and no RST, but not for ever
 * (spec/iwarp.md 15, 17).
 */
final class Discard {
    private static final int BUFFER = 64 << 10;

    /** Nobody reads it, so all connections may write to it. */
    private static final MemorySegment NOWHERE = Arena.ofAuto().allocate(BUFFER);

    private final long limit;
    private long discarded;

    Discard(long limit) {
        this.limit = limit;
    }

    void into(Pieces pieces) {
        pieces.add(NOWHERE, 0, BUFFER);
    }

    void arrived(long bytes) {
        discarded += bytes;
    }

    boolean isTooMuch() {
        return discarded >= limit;
    }
}
