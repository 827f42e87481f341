package io.rtrs.interop.rnbd;

import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.wire.Layouts;

import java.lang.foreign.MemorySegment;

/**
 * The version both ends will speak (spec/rnbd.md 2.2).
 *
 * @param version the major version, 0 to 255
 */
public record SessInfoRsp(int version) implements RnbdMessage {
    /** Length on the wire. */
    public static final int SIZE = 36;

    private static final int OFFSET_VERSION = 4;

    static SessInfoRsp decode(MemorySegment from) throws ProtocolException {
        RnbdMessage.require(from, "SESS_INFO_RSP", SIZE);
        return new SessInfoRsp(Byte.toUnsignedInt(from.get(Layouts.U8, OFFSET_VERSION)));
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public void encode(MemorySegment to) {
        RnbdMessage.start(to, SIZE, TYPE_SESS_INFO_RSP).set(Layouts.U8, OFFSET_VERSION, (byte) version);
    }
}
