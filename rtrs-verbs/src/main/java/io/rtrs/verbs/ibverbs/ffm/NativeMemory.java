package io.rtrs.verbs.ibverbs.ffm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/**
 * Reads and writes fields of C structures that native libraries own, by address.
 *
 * <p>For structures that libibverbs or librdmacm allocated; the caller vouches that the structure lives. Memory of our
 * own is reached through its segment, which checks. <b>Allocation:</b> none, but for {@link #bytes}.
 */
public final class NativeMemory {
    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private NativeMemory() {}

    /** The byte at the address, as a signed value. */
    public static byte getByte(long address) {
        return ALL.get(JAVA_BYTE, address);
    }

    /** The 16-bit field at the address, native order. */
    public static short getShort(long address) {
        return ALL.get(JAVA_SHORT, address);
    }

    /** The 32-bit field at the address, native order. */
    public static int getInt(long address) {
        return ALL.get(JAVA_INT, address);
    }

    /** Sets the 32-bit field at the address, native order. */
    public static void putInt(long address, int value) {
        ALL.set(JAVA_INT, address, value);
    }

    /** The 64-bit field or pointer at the address. */
    public static long getLong(long address) {
        return ALL.get(JAVA_LONG, address);
    }

    /** A copy of bytes. */
    public static byte[] bytes(long address, int length) {
        return ALL.asSlice(address, length).toArray(JAVA_BYTE);
    }

    /** A view of memory that somebody else keeps alive. */
    public static MemorySegment view(long address, long length) {
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    /** The C string at the address. */
    public static String string(long address) {
        return ALL.getString(address);
    }
}
