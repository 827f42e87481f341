package io.rtrs.soft.roce.wire;

import static io.rtrs.soft.roce.wire.Layouts.BE32;

import java.lang.foreign.MemorySegment;

/**
 * The base transport header, at the start of every packet (spec/rocev2.md 3.1).
 *
 * <p><b>Allocation</b>: none.
 */
public final class Bth {
    /** Bytes of the header. */
    public static final int SIZE = 12;

    /** The partition key that is sent: the default partition, full member. */
    public static final int DEFAULT_PKEY = 0xFFFF;

    /** The queue pair of connection management. */
    public static final int CM_QPN = 1;

    /** The queue pair number of multicast packets. */
    public static final int MULTICAST_QPN = 0xFF_FFFF;

    private static final int SOLICITED = 0x80;
    private static final int MIG_REQ = 0x40;
    private static final int ACK_REQ = 0x8000_0000;
    private static final int LOW24 = 0xFF_FFFF;

    private Bth() {}

    /** Writes all 12 bytes; what has no argument is what every packet of ours has. */
    public static void put(
            MemorySegment segment,
            long offset,
            RoceOpcode opcode,
            boolean solicited,
            int payloadLength,
            int destQp,
            boolean ackReq,
            int psn) {
        int flags = (solicited ? SOLICITED : 0) | (padFor(payloadLength) << 4);
        segment.set(BE32, offset, (opcode.code() << 24) | (flags << 16) | DEFAULT_PKEY);
        segment.set(BE32, offset + 4, destQp & LOW24);
        segment.set(BE32, offset + 8, (ackReq ? ACK_REQ : 0) | (psn & LOW24));
    }

    /** Makes a header one that every receiver drops: of a transport version that there is not. */
    public static void spoil(MemorySegment segment, long offset) {
        Layouts.put8(segment, offset + 1, Layouts.u8(segment, offset + 1) | 0xF);
    }

    /** Pad bytes that a payload needs. */
    public static int padFor(int payloadLength) {
        return -payloadLength & 3;
    }

    /** Writes the zeros behind a payload that ends before {@code end}. */
    public static void putPad(MemorySegment segment, long end, int payloadLength) {
        for (int i = padFor(payloadLength) - 1; i >= 0; i--) {
            segment.set(Layouts.U8, end + i, (byte) 0);
        }
    }

    /** The opcode's byte. */
    public static int opcode(MemorySegment segment, long offset) {
        return Layouts.u8(segment, offset);
    }

    /** Whether the receiver's consumer wants an event (SE). */
    public static boolean solicited(MemorySegment segment, long offset) {
        return (Layouts.u8(segment, offset + 1) & SOLICITED) != 0;
    }

    /** The migration bit, which means nothing to us. */
    public static boolean migReq(MemorySegment segment, long offset) {
        return (Layouts.u8(segment, offset + 1) & MIG_REQ) != 0;
    }

    /** Pad bytes, 0..3. */
    public static int padCount(MemorySegment segment, long offset) {
        return (Layouts.u8(segment, offset + 1) >> 4) & 3;
    }

    /** Transport version, 0..15. */
    public static int version(MemorySegment segment, long offset) {
        return Layouts.u8(segment, offset + 1) & 0xF;
    }

    /** Partition key. */
    public static int pkey(MemorySegment segment, long offset) {
        return Layouts.u16(segment, offset + 2);
    }

    /** Destination queue pair. */
    public static int destQp(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + 4) & LOW24;
    }

    /** Whether an acknowledgement is asked for. */
    public static boolean ackReq(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + 8) < 0;
    }

    /** Packet sequence number. */
    public static int psn(MemorySegment segment, long offset) {
        return segment.get(BE32, offset + 8) & LOW24;
    }

    /** Sets or clears the wish for an acknowledgement in a header that is written. */
    public static void putAckReq(MemorySegment segment, long offset, boolean ackReq) {
        segment.set(BE32, offset + 8, (ackReq ? ACK_REQ : 0) | psn(segment, offset));
    }
}
