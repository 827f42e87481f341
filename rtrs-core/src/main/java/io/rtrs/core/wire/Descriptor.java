package io.rtrs.core.wire;

import java.lang.foreign.MemorySegment;

/**
 * A piece of the server's memory (spec/rtrs.md 3.5).
 *
 * @param address remote address, any 64 bits
 * @param rkey key
 * @param length bytes, 0 to 2^32 − 1 as on the wire
 */
public record Descriptor(long address, int rkey, long length) {
    /** Checks that the length fits its field. */
    public Descriptor {
        if (length < 0 || length > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("descriptor length " + length);
        }
    }

    static Descriptor read(MemorySegment data, long offset) {
        return new Descriptor(
                data.get(Layouts.LE64, offset), data.get(Layouts.LE32, offset + 8), Wire.u32(data, offset + 12));
    }

    void write(MemorySegment data, long offset) {
        data.set(Layouts.LE64, offset, address);
        data.set(Layouts.LE32, offset + 8, rkey);
        Wire.put32(data, offset + 12, length);
    }
}
