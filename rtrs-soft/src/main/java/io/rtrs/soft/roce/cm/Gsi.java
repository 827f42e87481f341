package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Deth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;

import java.lang.foreign.MemorySegment;

/**
 * The packets that carry management datagrams between the general service interfaces, QP1, of two nodes (spec/rocev2.md
 * 10.1).
 *
 * <p><b>Allocation</b>: none.
 */
public final class Gsi {
    /** Bytes of headers before the datagram. */
    public static final int HEADERS = Bth.SIZE + Deth.SIZE;

    /** Bytes of a packet, BTH to ICRC. */
    public static final int PACKET_SIZE = HEADERS + Mad.SIZE + RoceOpcode.ICRC_SIZE;

    static {
        assert PACKET_SIZE == 280;
    }

    private Gsi() {}

    /** Writes the headers of a packet; the datagram goes {@link #HEADERS} behind the offset. */
    public static void put(MemorySegment segment, long offset, int psn) {
        Bth.put(segment, offset, RoceOpcode.UD_SEND_ONLY, false, Mad.SIZE, Bth.CM_QPN, false, psn);
        Deth.put(segment, offset + Bth.SIZE, Deth.CM_QKEY, Bth.CM_QPN);
    }

    /**
     * Whether a well-formed packet carries a management datagram for QP1; its payload is that datagram. A wish for an
     * acknowledgement in it means nothing.
     */
    public static boolean isMad(RocePacket packet) {
        return packet.opcode() == RoceOpcode.UD_SEND_ONLY
                && packet.destQp() == Bth.CM_QPN
                && packet.qkey() == Deth.CM_QKEY
                && packet.sourceQp() == Bth.CM_QPN
                && packet.payloadLength() == Mad.SIZE;
    }
}
