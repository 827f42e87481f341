package io.rtrs.soft.roce.wire;

import static io.rtrs.soft.roce.wire.Layouts.BE32;

import java.lang.foreign.MemorySegment;

/**
 * What a response says about requests: syndrome and message sequence number (spec/rocev2.md 3.2, 3.3).
 *
 * <p><b>Allocation</b>: none.
 */
public final class Aeth {
    /** Bytes of the header. */
    public static final int SIZE = 4;

    /** The syndrome of an ACK without credit information. */
    public static final int ACK = 0x1F;

    /** NAK: a packet is missing. */
    public static final int NAK_PSN_SEQUENCE = 0x60;

    /** NAK: invalid request. */
    public static final int NAK_INVALID_REQUEST = 0x61;

    /** NAK: remote access error. */
    public static final int NAK_REMOTE_ACCESS = 0x62;

    /** NAK: remote operational error. */
    public static final int NAK_REMOTE_OPERATIONAL = 0x63;

    /** Syndromes of RNR NAKs begin here; the low five bits are the timer code. */
    public static final int RNR = 0x20;

    private Aeth() {}

    /** Writes the header. */
    public static void put(MemorySegment segment, long offset, int syndrome, int msn) {
        segment.set(BE32, offset, (syndrome << 24) | (msn & 0xFF_FFFF));
    }

    /** Syndrome, 0..255. */
    public static int syndrome(MemorySegment segment, long offset) {
        return segment.get(BE32, offset) >>> 24;
    }

    /** Message sequence number. */
    public static int msn(MemorySegment segment, long offset) {
        return segment.get(BE32, offset) & 0xFF_FFFF;
    }

    /** Whether the syndrome is an ACK, with whatever credits. */
    public static boolean isAck(int syndrome) {
        return syndrome >>> 5 == 0;
    }

    /** Whether the syndrome is an RNR NAK. */
    public static boolean isRnr(int syndrome) {
        return syndrome >>> 5 == 1;
    }

    /** Whether the syndrome is a NAK, of a known code or not. */
    public static boolean isNak(int syndrome) {
        return syndrome >>> 5 == 3;
    }

    /** The low five bits: the timer code of an RNR NAK, the credits of an ACK, the code of a NAK. */
    public static int value(int syndrome) {
        return syndrome & 0x1F;
    }
}
