package io.rtrs.interop.rnbd;

import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.wire.Layouts;

import java.lang.foreign.MemorySegment;

/**
 * IO: an operation on a device (spec/rnbd.md 2.5 and 2.7).
 *
 * @param deviceId from {@link OpenRsp}
 * @param sector start in units of 512 bytes; meaningless for a flush
 * @param rw operation and flags
 * @param length bytes that the operation covers on the device
 * @param priority Linux's I/O priority, 0 if none or not sent
 */
public record IoReq(int deviceId, long sector, int rw, int length, int priority) implements RnbdMessage {
    /** Length as sent; {@link #SIZE_MIN} are accepted. */
    public static final int SIZE = 32;

    /** What version 1 sends: no priority. */
    public static final int SIZE_MIN = 24;

    public static final int READ = 0;
    public static final int WRITE = 1;
    public static final int FLUSH = 2;
    public static final int DISCARD = 3;
    public static final int SYNC = 1 << 8;
    public static final int FUA = 1 << 9;

    private static final int OPERATION_MASK = 0xFF;
    private static final int OFFSET_DEVICE_ID = 4;
    private static final int OFFSET_SECTOR = 8;
    private static final int OFFSET_RW = 16;
    private static final int OFFSET_LENGTH = 20;
    private static final int OFFSET_PRIORITY = 24;
    private static final int END_PRIORITY = 26;

    static IoReq decode(MemorySegment from) throws ProtocolException {
        RnbdMessage.require(from, "IO", SIZE_MIN);
        return new IoReq(
                from.get(Layouts.LE32, OFFSET_DEVICE_ID),
                from.get(Layouts.LE64, OFFSET_SECTOR),
                from.get(Layouts.LE32, OFFSET_RW),
                from.get(Layouts.LE32, OFFSET_LENGTH),
                from.byteSize() < END_PRIORITY ? 0 : Short.toUnsignedInt(from.get(Layouts.LE16, OFFSET_PRIORITY)));
    }

    /** {@link #READ}, {@link #WRITE}, …: the operation without its flags. */
    public int operation() {
        return rw & OPERATION_MASK;
    }

    /** The length as the unsigned number that it is. */
    public long unsignedLength() {
        return Integer.toUnsignedLong(length);
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public void encode(MemorySegment to) {
        MemorySegment message = RnbdMessage.start(to, SIZE, TYPE_IO);
        message.set(Layouts.LE32, OFFSET_DEVICE_ID, deviceId);
        message.set(Layouts.LE64, OFFSET_SECTOR, sector);
        message.set(Layouts.LE32, OFFSET_RW, rw);
        message.set(Layouts.LE32, OFFSET_LENGTH, length);
        message.set(Layouts.LE16, OFFSET_PRIORITY, (short) priority);
    }
}
