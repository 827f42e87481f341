package io.rtrs.soft.iwarp.stream;

import io.rtrs.soft.iwarp.wire.RdmapOpcode;
import io.rtrs.verbs.WrOpcode;

/** Which message a work request becomes (spec/iwarp.md 13). */
final class Messages {
    /** The longest message. */
    static final long MAX_LENGTH = 1L << 31;

    /** The key of what touches no memory: adapters refuse 0 (spec/iwarp.md 3.2). */
    static final int ANY_STAG = 1;

    private Messages() {}

    /** The message, or the first of two, of a work request that has one. */
    static RdmapOpcode of(int wrOpcode, boolean solicited) {
        return switch (wrOpcode) {
            case WrOpcode.RDMA_WRITE, WrOpcode.RDMA_WRITE_WITH_IMM -> RdmapOpcode.WRITE;
            case WrOpcode.RDMA_READ -> RdmapOpcode.READ_REQUEST;
            case WrOpcode.ATOMIC_CMP_AND_SWP, WrOpcode.ATOMIC_FETCH_AND_ADD -> RdmapOpcode.ATOMIC_REQUEST;
            case WrOpcode.SEND_WITH_INV ->
                solicited ? RdmapOpcode.SEND_SOLICITED_INVALIDATE : RdmapOpcode.SEND_INVALIDATE;
            case WrOpcode.SEND_WITH_IMM ->
                solicited ? RdmapOpcode.SEND_IMMEDIATE_SOLICITED : RdmapOpcode.SEND_IMMEDIATE;
            default -> solicited ? RdmapOpcode.SEND_SOLICITED : RdmapOpcode.SEND;
        };
    }
}
