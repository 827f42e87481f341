package io.rtrs.core.wire;

import io.rtrs.core.error.ProtocolException;

import java.lang.foreign.MemorySegment;
import java.util.UUID;

/** Unsigned fields and UUIDs of messages; the check that names a field. */
final class Wire {
    private Wire() {}

    static int u16(MemorySegment data, long offset) {
        return Short.toUnsignedInt(data.get(Layouts.LE16, offset));
    }

    static void put16(MemorySegment data, long offset, int value) {
        data.set(Layouts.LE16, offset, (short) value);
    }

    static long u32(MemorySegment data, long offset) {
        return Integer.toUnsignedLong(data.get(Layouts.LE32, offset));
    }

    static void put32(MemorySegment data, long offset, long value) {
        data.set(Layouts.LE32, offset, (int) value);
    }

    /** 16 raw bytes in the order of RFC 4122 (spec/rtrs.md 19.13). */
    static UUID uuid(MemorySegment data, long offset) {
        return new UUID(data.get(Layouts.BE64, offset), data.get(Layouts.BE64, offset + 8));
    }

    static void putUuid(MemorySegment data, long offset, UUID uuid) {
        data.set(Layouts.BE64, offset, uuid.getMostSignificantBits());
        data.set(Layouts.BE64, offset + 8, uuid.getLeastSignificantBits());
    }

    static void check(boolean holds, int errno, String message, String field, long value, String rule)
            throws ProtocolException {
        if (!holds) {
            throw new ProtocolException(errno, message, field, value, rule);
        }
    }
}
