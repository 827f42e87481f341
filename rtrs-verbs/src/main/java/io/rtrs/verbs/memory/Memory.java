package io.rtrs.verbs.memory;

import io.rtrs.verbs.BulkCopy;

import java.lang.foreign.MemorySegment;

/** Plain access to registered memory. */
public final class Memory {
    /** All native memory; offsets are addresses. */
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final Thread OTHER = new Thread(() -> {});

    private Memory() {}

    /** Whether {@code [address, address + length)} lies in {@code [base, base + size)}; unsigned, without overflow. */
    public static boolean inside(long base, long size, long address, long length) {
        return Long.compareUnsigned(address, base) >= 0
                && Long.compareUnsigned(length, size) <= 0
                && Long.compareUnsigned(address - base, size - length) <= 0;
    }

    /** The segment itself if all threads may use it, else a view of the same memory that all may use. */
    public static MemorySegment shareable(MemorySegment segment) {
        return segment.isAccessibleBy(OTHER)
                ? segment
                : MemorySegment.ofAddress(segment.address()).reinterpret(segment.byteSize());
    }

    /** Copies; false if either memory was freed under its registration. */
    public static boolean copy(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long length) {
        try {
            MemorySegment.copy(from, fromOffset, to, toOffset, length);
            return true;
        } catch (IllegalStateException freed) {
            return false;
        }
    }

    /**
     * As {@link #copy}, by {@link BulkCopy}: an arena of the memory cannot be closed meanwhile, so deregistering has to wait
     * for who copies.
     */
    public static boolean copyBulk(MemorySegment from, long fromOffset, MemorySegment to, long toOffset, long length) {
        try {
            BulkCopy.copy(from, fromOffset, to, toOffset, length);
            return true;
        } catch (IllegalStateException freed) {
            return false;
        }
    }

    /** A copy of native memory. */
    public static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(ALL, java.lang.foreign.ValueLayout.JAVA_BYTE, address, bytes, 0, length);
        return bytes;
    }
}
