package io.rtrs.verbs.memory;

import java.lang.foreign.MemorySegment;

/** Plain access to registered memory. */
public final class Memory {
    /** All native memory; offsets are addresses. */
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Memory() {}

    /** Whether {@code [address, address + length)} lies in {@code [base, base + size)}; unsigned, without overflow. */
    public static boolean inside(long base, long size, long address, long length) {
        return Long.compareUnsigned(address, base) >= 0
                && Long.compareUnsigned(length, size) <= 0
                && Long.compareUnsigned(address - base, size - length) <= 0;
    }

    /**
     * Copies.
     *
     * @param mayFault whether either memory may be a file's
     * @return false if either was freed, or the file was truncated, under its registration
     */
    public static boolean copy(
            MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long length, boolean mayFault) {
        try {
            MemorySegment.copy(from, fromOffset, to, toOffset, length);
            if (mayFault) {
                MappedFiles.throwFault();
            }
            return true;
        } catch (IllegalStateException | InternalError gone) {
            return false;
        }
    }

    /** Copies from an address that nobody registered, as of inline data; false if a file that it was of was truncated. */
    public static boolean copyFrom(long address, MemorySegment to, long toOffset, long length) {
        return copy(ALL, address, to, toOffset, length, true);
    }

    /** A copy of native memory. */
    public static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(ALL, java.lang.foreign.ValueLayout.JAVA_BYTE, address, bytes, 0, length);
        return bytes;
    }
}
