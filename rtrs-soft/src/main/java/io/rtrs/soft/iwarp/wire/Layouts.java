package io.rtrs.soft.iwarp.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The byte order of the iWARP wire by name, and the one exception, the checksum. All are unaligned, because an FPDU may
 * stand at any offset of a buffer.
 */
public final class Layouts {
    /** One byte. */
    public static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;

    /** 16 bits, big-endian. */
    public static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** 32 bits, big-endian. */
    public static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** 64 bits, big-endian. */
    public static final ValueLayout.OfLong BE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** 32 bits, little-endian: the CRC alone (spec/iwarp.md 5.4). */
    public static final ValueLayout.OfInt CRC = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Layouts() {}

    /** An unsigned byte. */
    public static int u8(MemorySegment segment, long offset) {
        return Byte.toUnsignedInt(segment.get(U8, offset));
    }

    /** Writes the low 8 bits. */
    public static void put8(MemorySegment segment, long offset, int value) {
        segment.set(U8, offset, (byte) value);
    }

    /** An unsigned 16-bit number. */
    public static int u16(MemorySegment segment, long offset) {
        return Short.toUnsignedInt(segment.get(BE16, offset));
    }

    /** Writes the low 16 bits. */
    public static void put16(MemorySegment segment, long offset, int value) {
        segment.set(BE16, offset, (short) value);
    }
}
