package io.rtrs.interop.rnbd;

import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.wire.Layouts;

import java.lang.foreign.MemorySegment;

/**
 * Says which version the client speaks (spec/rnbd.md 2.2).
 *
 * @param version the major version, 0 to 255
 */
public record SessInfo(int version) implements RnbdMessage {
    /** Length on the wire. */
    public static final int SIZE = 36;

    private static final int OFFSET_VERSION = 4;

    static SessInfo decode(MemorySegment from) throws ProtocolException {
        RnbdMessage.require(from, "SESS_INFO", SIZE);
        return new SessInfo(Byte.toUnsignedInt(from.get(Layouts.U8, OFFSET_VERSION)));
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public void encode(MemorySegment to) {
        RnbdMessage.start(to, SIZE, TYPE_SESS_INFO).set(Layouts.U8, OFFSET_VERSION, (byte) version);
    }
}
