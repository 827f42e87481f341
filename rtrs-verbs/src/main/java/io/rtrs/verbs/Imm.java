package io.rtrs.verbs;

import java.nio.ByteOrder;

/** Conversion of immediates between host order and the raw word of the verbs structures, which is in network order. */
public final class Imm {
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private Imm() {}

    /** C: {@code ntohl}; turns {@code IbvWC.getImm_data()} into the value that the peer meant. */
    public static int fromRaw(int raw) {
        return SWAP ? Integer.reverseBytes(raw) : raw;
    }

    /** C: {@code htonl}; turns a value into what {@code IbvSendWR.setImm_data} takes. */
    public static int toRaw(int value) {
        return SWAP ? Integer.reverseBytes(value) : value;
    }
}
