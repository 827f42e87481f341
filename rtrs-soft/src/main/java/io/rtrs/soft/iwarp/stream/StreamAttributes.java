package io.rtrs.soft.iwarp.stream;

import io.rtrs.soft.iwarp.wire.Fpdu;
import io.rtrs.soft.iwarp.wire.RdmapOpcode;

/**
 * What the startup frames agreed on (spec/iwarp.md 2 to 4).
 *
 * @param ird reads and atomics that the peer may have outstanding
 * @param ord reads and atomics that this side may have outstanding
 * @param crc whether CRCs are sent and checked, both ways
 * @param privateOpcodes whether both sides know Sends with an immediate (13.2)
 * @param maxUlpdu the longest ULPDU for the peer (5.1); less than what an FPDU needs, or more than it takes, is corrected
 * @param mayStart whether this side may send at once: the initiator; a responder waits for the first FPDU (4.2)
 * @param rtr what is sent first
 * @param siwOrder whether the peer is known to be siw, whose Terminates are in another order (9.2)
 */
public record StreamAttributes(
        int ird,
        int ord,
        boolean crc,
        boolean privateOpcodes,
        int maxUlpdu,
        boolean mayStart,
        Rtr rtr,
        boolean siwOrder) {
    /** The least MULPDU that RFC 5044 has. */
    private static final int LEAST_ULPDU = 128;

    /** Corrects the longest ULPDU: no pad follows it. */
    public StreamAttributes {
        int corrected = Fpdu.ulpduOf(Math.min(maxUlpdu, Fpdu.MAX_ULPDU) + Fpdu.LENGTH + Fpdu.CRC);
        maxUlpdu = Math.max(Fpdu.ulpduOf(LEAST_ULPDU), corrected);
        ird = Math.max(0, ird);
        ord = Math.max(0, ord);
    }

    /** The most payload of one segment of a message. */
    int maxPayload(RdmapOpcode opcode) {
        return maxUlpdu - opcode.ddpHeader();
    }
}
