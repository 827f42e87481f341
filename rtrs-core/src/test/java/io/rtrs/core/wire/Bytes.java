package io.rtrs.core.wire;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes as hexadecimal text, and buffers that show which bytes were never written. */
final class Bytes {
    private Bytes() {}

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s+", ""));
    }

    /** The text's bytes, then zeros up to the size. */
    static byte[] hex(String text, int size) {
        return Arrays.copyOf(hex(text), size);
    }

    static byte[] dirty(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 0xA5);
        return bytes;
    }

    /** A change of one 16-bit field. */
    static byte[] with16(byte[] message, int offset, int value) {
        byte[] changed = message.clone();
        Wire.put16(MemorySegment.ofArray(changed), offset, value);
        return changed;
    }

    /** A change of one 32-bit field. */
    static byte[] with32(byte[] message, int offset, long value) {
        byte[] changed = message.clone();
        Wire.put32(MemorySegment.ofArray(changed), offset, value);
        return changed;
    }
}
