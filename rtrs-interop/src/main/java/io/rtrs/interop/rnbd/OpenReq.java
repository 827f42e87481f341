package io.rtrs.interop.rnbd;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.wire.Layouts;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * OPEN: asks for a device by its path at the server (spec/rnbd.md 2.3).
 *
 * @param accessMode the number as sent, 0 to 255; {@link AccessMode} has those with a meaning
 * @param deviceName at most 254 bytes
 */
public record OpenReq(int accessMode, String deviceName) implements RnbdMessage {
    /** Length on the wire. */
    public static final int SIZE = 264;

    private static final int OFFSET_ACCESS_MODE = 4;
    private static final int OFFSET_NAME = 6;
    private static final int NAME_FIELD_SIZE = 255;

    /** Checks the name's length. */
    public OpenReq {
        int length = deviceName.getBytes(StandardCharsets.UTF_8).length;
        if (length >= NAME_FIELD_SIZE) {
            throw new IllegalArgumentException("device name has " + length + " bytes, at most 254 are possible");
        }
    }

    static OpenReq decode(MemorySegment from) throws ProtocolException {
        RnbdMessage.require(from, "OPEN", SIZE);
        int length = 0;
        while (length < NAME_FIELD_SIZE && from.get(Layouts.U8, OFFSET_NAME + length) != 0) {
            length++;
        }
        if (length == NAME_FIELD_SIZE) {
            throw new ProtocolException(
                    Errno.EINVAL, "OPEN", "device name length", length, "the name has no terminating zero");
        }
        byte[] name = from.asSlice(OFFSET_NAME, length).toArray(Layouts.U8);
        return new OpenReq(
                Byte.toUnsignedInt(from.get(Layouts.U8, OFFSET_ACCESS_MODE)), new String(name, StandardCharsets.UTF_8));
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public void encode(MemorySegment to) {
        MemorySegment message = RnbdMessage.start(to, SIZE, TYPE_OPEN);
        message.set(Layouts.U8, OFFSET_ACCESS_MODE, (byte) accessMode);
        byte[] name = deviceName.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(name, 0, message, Layouts.U8, OFFSET_NAME, name.length);
    }
}
