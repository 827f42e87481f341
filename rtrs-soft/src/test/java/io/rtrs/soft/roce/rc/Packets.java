package io.rtrs.soft.roce.rc;

import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.AtomicEth;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Reth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;

import java.lang.foreign.MemorySegment;
import java.util.Locale;

/** Packets as tests write and read them; their ICRC is left out. */
final class Packets {
    private Packets() {}

    /** A packet with a payload that counts up from {@code seed}, headers but the BTH zero. */
    static byte[] packet(RoceOpcode code, int destQp, int psn, int payload, int seed) {
        byte[] bytes = new byte[code.packetLength(payload)];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        Bth.put(segment, 0, code, false, payload, destQp, true, psn);
        for (int i = 0; i < payload; i++) {
            bytes[code.headerLength() + i] = (byte) (seed + i);
        }
        return bytes;
    }

    static byte[] write(RoceOpcode code, int destQp, int psn, int payload, long address, int rkey, int length) {
        byte[] bytes = packet(code, destQp, psn, payload, psn);
        Reth.put(MemorySegment.ofArray(bytes), code.rethOffset(), address, rkey, length);
        return bytes;
    }

    static byte[] read(int destQp, int psn, long address, int rkey, int length) {
        return write(RoceOpcode.READ_REQUEST, destQp, psn, 0, address, rkey, length);
    }

    static byte[] atomic(RoceOpcode code, int destQp, int psn, long address, int rkey, long operand, long compare) {
        byte[] bytes = packet(code, destQp, psn, 0, 0);
        AtomicEth.put(MemorySegment.ofArray(bytes), Bth.SIZE, address, rkey, operand, compare);
        return bytes;
    }

    static byte[] ack(int destQp, int psn, int syndrome) {
        byte[] bytes = packet(RoceOpcode.ACKNOWLEDGE, destQp, psn, 0, 0);
        Aeth.put(MemorySegment.ofArray(bytes), Bth.SIZE, syndrome, 0);
        return bytes;
    }

    static byte[] readResponse(RoceOpcode code, int destQp, int psn, int payload, int seed) {
        byte[] bytes = packet(code, destQp, psn, payload, seed);
        if (code.aethOffset() != RoceOpcode.ABSENT) {
            Aeth.put(MemorySegment.ofArray(bytes), code.aethOffset(), Aeth.ACK, 0);
        }
        return bytes;
    }

    /** Whether a packet is LAST or ONLY. */
    static boolean endsMessage(byte[] packet) {
        RoceOpcode code = RoceOpcode.of(packet[0]);
        return code != null && code.endsMessage();
    }

    /** A packet in a line: opcode, number, what its headers say, payload; "!" if an ACK is asked for, "*" if solicited. */
    static String line(byte[] packet) {
        MemorySegment segment = MemorySegment.ofArray(packet);
        RocePacket view = new RocePacket();
        int refusal = view.wrap(segment, 0, packet.length);
        if (refusal != RocePacket.OK) {
            return RocePacket.describe(refusal);
        }
        RoceOpcode code = view.opcode();
        StringBuilder line =
                new StringBuilder(code.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        line.append(String.format(" %06x", view.psn()));
        line.append(view.ackReq() ? "!" : "").append(view.solicited() ? "*" : "");
        if (code.rethOffset() != RoceOpcode.ABSENT) {
            line.append(" dma ").append(view.dmaLength());
        }
        if (code.aethOffset() != RoceOpcode.ABSENT) {
            line.append(String.format(" %02x msn %d", view.syndrome(), view.msn()));
        }
        if (view.payloadLength() > 0) {
            line.append(" payload ").append(view.payloadLength());
        }
        return line.toString();
    }
}
