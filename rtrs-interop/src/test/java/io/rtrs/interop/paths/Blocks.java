package io.rtrs.interop.paths;

import io.rtrs.core.wire.Layouts;

import java.lang.foreign.MemorySegment;

/**
 * The content of a block of the verified load: which slot wrote it and the how-manieth time, and words that follow from
 * both, so that a torn, stale or misplaced block is told from the right one.
 */
final class Blocks {
    static final int BYTES = 4096;
    private static final int GENERATION_AT = 0;
    private static final int SLOT_AT = 8;
    private static final int WORDS_AT = 16;

    private Blocks() {}

    static void fill(MemorySegment block, int slot, long generation) {
        block.set(Layouts.LE64, GENERATION_AT, generation);
        block.set(Layouts.LE64, SLOT_AT, slot);
        for (int at = WORDS_AT; at < BYTES; at += Long.BYTES) {
            block.set(Layouts.LE64, at, word(slot, generation, at));
        }
    }

    /** The generation that a block says it has; 0 if it was never written. */
    static long generation(MemorySegment block) {
        return block.get(Layouts.LE64, GENERATION_AT);
    }

    /** Whether it is, byte for byte, what that slot wrote as that generation; generation 0 is a block of zeros. */
    static boolean is(MemorySegment block, int slot, long generation) {
        boolean written = generation != 0;
        boolean same = generation(block) == generation && block.get(Layouts.LE64, SLOT_AT) == (written ? slot : 0);
        for (int at = WORDS_AT; same && at < BYTES; at += Long.BYTES) {
            same = block.get(Layouts.LE64, at) == (written ? word(slot, generation, at) : 0);
        }
        return same;
    }

    private static long word(int slot, long generation, int at) {
        long mixed = (generation * 0x9E3779B97F4A7C15L + slot) * 0xBF58476D1CE4E5B9L + at;
        return mixed ^ (mixed >>> 29);
    }
}
