package io.rtrs.interop.rnbd;

import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.wire.Layouts;

import java.lang.foreign.MemorySegment;

/**
 * CLOSE: gives a device back; has no response message (spec/rnbd.md 2.6).
 *
 * @param deviceId from {@link OpenRsp}
 */
public record CloseReq(int deviceId) implements RnbdMessage {
    /** Length on the wire. */
    public static final int SIZE = 8;

    private static final int OFFSET_DEVICE_ID = 4;

    static CloseReq decode(MemorySegment from) throws ProtocolException {
        RnbdMessage.require(from, "CLOSE", SIZE);
        return new CloseReq(from.get(Layouts.LE32, OFFSET_DEVICE_ID));
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public void encode(MemorySegment to) {
        RnbdMessage.start(to, SIZE, TYPE_CLOSE).set(Layouts.LE32, OFFSET_DEVICE_ID, deviceId);
    }
}
