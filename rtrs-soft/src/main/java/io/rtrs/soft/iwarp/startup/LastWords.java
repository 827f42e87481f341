package io.rtrs.soft.iwarp.startup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The Terminate with which an initiator leaves: an MPA error, without headers (spec/iwarp.md 9). */
final class LastWords {
    /** The responder wants more reads than it was offered. */
    static final int INSUFFICIENT_IRD = 6;

    /** The responder agreed to no first message that was offered. */
    static final int NO_MATCHING_RTR = 7;

    private static final int ULPDU = 22;
    private static final int CRC = 4;
    private static final int CONTROL = 0x4147; // untagged, last, version 1; version 1, Terminate
    private static final int QUEUE = 2;
    private static final int LAYER_MPA = 0x20;

    private LastWords() {}

    /** A whole FPDU, the first of its stream. */
    static byte[] of(int code, boolean crc) {
        ByteBuffer out = ByteBuffer.allocate(Short.BYTES + ULPDU + CRC);
        out.putShort((short) ULPDU)
                .putShort((short) CONTROL)
                .putInt(0)
                .putInt(QUEUE)
                .putInt(1)
                .putInt(0);
        out.put((byte) LAYER_MPA).put((byte) code).putShort((short) 0);
        if (crc) {
            CRC32C sum = new CRC32C();
            sum.update(out.array(), 0, out.position());
            out.order(ByteOrder.LITTLE_ENDIAN).putInt((int) sum.getValue());
        }
        return out.array();
    }
}
