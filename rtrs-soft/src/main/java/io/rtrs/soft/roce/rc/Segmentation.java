package io.rtrs.soft.roce.rc;

import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.WrOpcode;

/** How messages become packets (spec/rocev2.md 6.1). */
final class Segmentation {
    /** The longest message. */
    static final long MAX_MESSAGE = 1L << 31;

    /** Parts of a message, as bits: neither is a MIDDLE, both are an ONLY. */
    static final int FIRST = 1;

    static final int LAST = 2;

    private static final RoceOpcode[] SEND = {
        RoceOpcode.SEND_MIDDLE, RoceOpcode.SEND_FIRST, RoceOpcode.SEND_LAST, RoceOpcode.SEND_ONLY
    };
    private static final RoceOpcode[] SEND_IMM = {
        RoceOpcode.SEND_MIDDLE, RoceOpcode.SEND_FIRST, RoceOpcode.SEND_LAST_IMM, RoceOpcode.SEND_ONLY_IMM
    };
    private static final RoceOpcode[] SEND_INV = {
        RoceOpcode.SEND_MIDDLE, RoceOpcode.SEND_FIRST, RoceOpcode.SEND_LAST_INVALIDATE, RoceOpcode.SEND_ONLY_INVALIDATE
    };
    private static final RoceOpcode[] WRITE = {
        RoceOpcode.WRITE_MIDDLE, RoceOpcode.WRITE_FIRST, RoceOpcode.WRITE_LAST, RoceOpcode.WRITE_ONLY
    };
    private static final RoceOpcode[] WRITE_IMM = {
        RoceOpcode.WRITE_MIDDLE, RoceOpcode.WRITE_FIRST, RoceOpcode.WRITE_LAST_IMM, RoceOpcode.WRITE_ONLY_IMM
    };
    private static final RoceOpcode[] READ_RESPONSE = {
        RoceOpcode.READ_RESPONSE_MIDDLE,
        RoceOpcode.READ_RESPONSE_FIRST,
        RoceOpcode.READ_RESPONSE_LAST,
        RoceOpcode.READ_RESPONSE_ONLY
    };

    private Segmentation() {}

    /** Packets of a message, or of the answer to a READ. */
    static int packets(long length, int mtu) {
        return length <= mtu ? 1 : (int) ((length + mtu - 1) / mtu);
    }

    /** The opcodes of a SEND or WRITE by part. */
    static RoceOpcode[] parts(int wrOpcode) {
        return switch (wrOpcode) {
            case WrOpcode.SEND -> SEND;
            case WrOpcode.SEND_WITH_IMM -> SEND_IMM;
            case WrOpcode.SEND_WITH_INV -> SEND_INV;
            case WrOpcode.RDMA_WRITE -> WRITE;
            default -> WRITE_IMM;
        };
    }

    /** The opcode of one packet of the answer to a READ. */
    static RoceOpcode readResponse(int part) {
        return READ_RESPONSE[part];
    }

    /** Whether a payload of the packet's opcode may be this long. */
    static boolean fits(RoceOpcode opcode, int payload, int mtu) {
        return switch (opcode.payload()) {
            case FULL -> payload == mtu;
            case SOME -> payload > 0 && payload <= mtu;
            case ANY -> payload <= mtu;
            case NONE -> payload == 0;
        };
    }
}
