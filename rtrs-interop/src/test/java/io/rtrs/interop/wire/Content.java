package io.rtrs.interop.wire;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Bytes that both ends know without telling each other. */
final class Content {
    private static final int BYTES = 4 << 20;
    private static final MemorySegment ALL = random();

    private Content() {}

    private static MemorySegment random() {
        byte[] bytes = new byte[BYTES];
        new Random(4791).nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    /** Content of a number, different from that of the next numbers, and as long as wanted, up to 2 MiB. */
    static MemorySegment of(int number, long length) {
        return ALL.asSlice(Math.floorMod(number * 4099L, BYTES / 2), length);
    }

    /** Fills memory with the content of a number. */
    static void fill(MemorySegment memory, int number) {
        memory.copyFrom(of(number, memory.byteSize()));
    }

    /** Fails if the memory has not the content of the number. */
    static void check(MemorySegment memory, int number, Object what) {
        long at = memory.mismatch(of(number, memory.byteSize()));
        if (at >= 0) {
            throw new AssertionError(what + ": byte " + at + " of " + memory.byteSize() + " is wrong");
        }
    }

    /** Fails if the memory is not filled with this byte. */
    static void untouched(MemorySegment memory, byte filled, Object what) {
        for (long i = 0; i < memory.byteSize(); i++) {
            if (memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, i) != filled) {
                throw new AssertionError(what + ": byte " + i + " behind what was to be written was changed");
            }
        }
    }
}
