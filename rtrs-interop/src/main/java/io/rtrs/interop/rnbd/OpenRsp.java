package io.rtrs.interop.rnbd;

import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.wire.Layouts;

import java.lang.foreign.MemorySegment;

/**
 * OPEN_RSP: the opened device and its limits (spec/rnbd.md 2.4).
 *
 * @param deviceId for IO and CLOSE
 * @param sectors capacity in units of 512 bytes
 * @param maxHwSectors largest IO of the device in units of 512 bytes
 * @param discard what the device can discard
 * @param physicalBlockSize in bytes
 * @param logicalBlockSize in bytes, a power of two from 512
 * @param maxSegments of one IO of the device
 * @param cachePolicy {@link #CACHE_FUA} and {@link #CACHE_WRITE_BACK}
 */
public record OpenRsp(
        int deviceId,
        long sectors,
        int maxHwSectors,
        Discard discard,
        int physicalBlockSize,
        int logicalBlockSize,
        int maxSegments,
        int cachePolicy)
        implements RnbdMessage {
    /** Length on the wire. */
    public static final int SIZE = 56;

    /** The device can write through its cache. */
    public static final int CACHE_FUA = 1;

    /** The device has a volatile cache. */
    public static final int CACHE_WRITE_BACK = 2;

    private static final int OFFSET_DEVICE_ID = 4;
    private static final int OFFSET_SECTORS = 8;
    private static final int OFFSET_MAX_HW_SECTORS = 16;
    private static final int OFFSET_MAX_DISCARD_SECTORS = 24;
    private static final int OFFSET_DISCARD_GRANULARITY = 28;
    private static final int OFFSET_DISCARD_ALIGNMENT = 32;
    private static final int OFFSET_PHYSICAL_BLOCK_SIZE = 36;
    private static final int OFFSET_LOGICAL_BLOCK_SIZE = 38;
    private static final int OFFSET_MAX_SEGMENTS = 40;
    private static final int OFFSET_CACHE_POLICY = 45;

    /**
     * What a device can discard.
     *
     * @param maxSectors in units of 512 bytes, 0 if it cannot
     * @param granularity in bytes
     * @param alignment in bytes
     */
    public record Discard(int maxSectors, int granularity, int alignment) {
        /** For a device that cannot discard. */
        public static final Discard NONE = new Discard(0, 0, 0);
    }

    static OpenRsp decode(MemorySegment from) throws ProtocolException {
        RnbdMessage.require(from, "OPEN_RSP", SIZE);
        return new OpenRsp(
                from.get(Layouts.LE32, OFFSET_DEVICE_ID),
                from.get(Layouts.LE64, OFFSET_SECTORS),
                from.get(Layouts.LE32, OFFSET_MAX_HW_SECTORS),
                new Discard(
                        from.get(Layouts.LE32, OFFSET_MAX_DISCARD_SECTORS),
                        from.get(Layouts.LE32, OFFSET_DISCARD_GRANULARITY),
                        from.get(Layouts.LE32, OFFSET_DISCARD_ALIGNMENT)),
                Short.toUnsignedInt(from.get(Layouts.LE16, OFFSET_PHYSICAL_BLOCK_SIZE)),
                Short.toUnsignedInt(from.get(Layouts.LE16, OFFSET_LOGICAL_BLOCK_SIZE)),
                Short.toUnsignedInt(from.get(Layouts.LE16, OFFSET_MAX_SEGMENTS)),
                Byte.toUnsignedInt(from.get(Layouts.U8, OFFSET_CACHE_POLICY)));
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public void encode(MemorySegment to) {
        MemorySegment message = RnbdMessage.start(to, SIZE, TYPE_OPEN_RSP);
        message.set(Layouts.LE32, OFFSET_DEVICE_ID, deviceId);
        message.set(Layouts.LE64, OFFSET_SECTORS, sectors);
        message.set(Layouts.LE32, OFFSET_MAX_HW_SECTORS, maxHwSectors);
        message.set(Layouts.LE32, OFFSET_MAX_DISCARD_SECTORS, discard.maxSectors);
        message.set(Layouts.LE32, OFFSET_DISCARD_GRANULARITY, discard.granularity);
        message.set(Layouts.LE32, OFFSET_DISCARD_ALIGNMENT, discard.alignment);
        message.set(Layouts.LE16, OFFSET_PHYSICAL_BLOCK_SIZE, (short) physicalBlockSize);
        message.set(Layouts.LE16, OFFSET_LOGICAL_BLOCK_SIZE, (short) logicalBlockSize);
        message.set(Layouts.LE16, OFFSET_MAX_SEGMENTS, (short) maxSegments);
        message.set(Layouts.U8, OFFSET_CACHE_POLICY, (byte) cachePolicy);
    }
}
