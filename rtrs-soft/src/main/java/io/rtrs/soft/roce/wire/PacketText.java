package io.rtrs.soft.roce.wire;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** A packet as a line of text, for traces and failing tests. Any bytes have a text. */
public final class PacketText {
    private static final HexFormat HEX = HexFormat.of();

    private PacketText() {}

    /** The packet in {@code length} bytes, BTH to ICRC; its ICRC is not looked at. */
    public static String of(MemorySegment memory, long offset, int length) {
        RocePacket packet = new RocePacket(RoceOpcode.MAX_LOOPBACK_PAYLOAD);
        int outcome = packet.wrap(memory, offset, length);
        return outcome == RocePacket.OK ? of(packet) : length + " bytes, " + RocePacket.describe(outcome);
    }

    /** A wrapped packet. */
    public static String of(RocePacket packet) {
        RoceOpcode opcode = packet.opcode();
        StringBuilder text = new StringBuilder(opcode.name());
        text.append(" qp=").append(hex(packet.destQp(), 6)).append(" psn=").append(hex(packet.psn(), 6));
        if (opcode.rethOffset() != RoceOpcode.ABSENT || opcode.atomicOffset() != RoceOpcode.ABSENT) {
            text.append(" address=").append(hex(packet.remoteAddress(), 16));
            text.append(" rkey=").append(hex(packet.rkey(), 8));
        }
        if (opcode.rethOffset() != RoceOpcode.ABSENT) {
            text.append(" length=").append(packet.dmaLength());
        }
        if (opcode.aethOffset() != RoceOpcode.ABSENT) {
            text.append(" syndrome=").append(hex(packet.syndrome(), 2));
            text.append(" msn=").append(hex(packet.msn(), 6));
        }
        if (opcode.hasImmediate()) {
            text.append(" imm=").append(hex(packet.immediate(), 8));
        }
        if (opcode.hasInvalidate()) {
            text.append(" invalidate=").append(hex(packet.invalidateKey(), 8));
        }
        if (opcode.dethOffset() != RoceOpcode.ABSENT) {
            text.append(" from=").append(hex(packet.sourceQp(), 6));
        }
        if (opcode.payload() != RoceOpcode.Payload.NONE) {
            text.append(" payload=").append(packet.payloadLength());
        }
        return text.append(packet.solicited() ? " SE" : "")
                .append(packet.ackReq() ? " A" : "")
                .toString();
    }

    private static String hex(long value, int digits) {
        return HEX.toHexDigits(value, digits);
    }
}
