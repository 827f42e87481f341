package io.rtrs.soft.iwarp.wire;

import java.lang.foreign.MemorySegment;

/**
 * The frame of MPA around each segment: length, ULPDU, pad, CRC (spec/iwarp.md 5). There are no markers (6).
 *
 * <p><b>Allocation:</b> none.
 */
public final class Fpdu {
    /** Bytes of the length field, which an FPDU begins with. */
    public static final int LENGTH = 2;

    /** Bytes of the CRC field, which is there whether CRCs are on or not. */
    public static final int CRC = 4;

    /** The longest ULPDU. */
    public static final int MAX_ULPDU = 0xFFFF;

    /** The most bytes behind a ULPDU. */
    public static final int MAX_TRAILER = 3 + CRC;

    private static final int UNIT = 4;

    private Fpdu() {}

    /** The length of the ULPDU; {@code offset} is that of the FPDU. */
    public static int ulpdu(MemorySegment segment, long offset) {
        return Layouts.u16(segment, offset);
    }

    /** Writes the length of the ULPDU; {@code offset} is that of the FPDU. */
    public static void putUlpdu(MemorySegment segment, long offset, int ulpdu) {
        Layouts.put16(segment, offset, ulpdu);
    }

    /** Bytes between a ULPDU and its CRC: 0 to 3. */
    public static int pad(int ulpdu) {
        return -(LENGTH + ulpdu) & (UNIT - 1);
    }

    /** Bytes behind a ULPDU: pad and CRC. */
    public static int trailer(int ulpdu) {
        return pad(ulpdu) + CRC;
    }

    /** Bytes of the whole FPDU, a multiple of 4. */
    public static int size(int ulpdu) {
        return LENGTH + ulpdu + trailer(ulpdu);
    }

    /** The longest ULPDU whose FPDU has no more than {@code bytes}; no pad follows it. */
    public static int ulpduOf(int bytes) {
        return Math.min(MAX_ULPDU - 1, (bytes & -UNIT) - LENGTH - CRC);
    }

    /** Writes the pad of 0 behind a ULPDU and a CRC field of 0; {@code offset} is where the ULPDU ends. */
    public static void putTrailer(MemorySegment segment, long offset, int ulpdu) {
        int pad = pad(ulpdu);
        for (int i = 0; i < pad; i++) {
            segment.set(Layouts.U8, offset + i, (byte) 0);
        }
        segment.set(Layouts.CRC, offset + pad, 0);
    }
}
