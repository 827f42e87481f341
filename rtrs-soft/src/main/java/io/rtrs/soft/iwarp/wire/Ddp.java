package io.rtrs.soft.iwarp.wire;

import java.lang.foreign.MemorySegment;

/**
 * The two control bytes that each segment begins with (spec/iwarp.md 7.1).
 *
 * <p><b>Allocation:</b> none.
 */
public final class Ddp {
    /** Bytes of both. */
    public static final int CONTROL = 2;

    private static final int TAGGED = 0x80;
    private static final int LAST = 0x40;
    private static final int VERSION_MASK = 0x03;
    private static final int VERSION = 1;

    private Ddp() {}

    /** Writes both: versions 1, reserved bits 0. */
    public static void putControl(MemorySegment segment, long offset, RdmapOpcode opcode, boolean last) {
        int ddp = (opcode.isTagged() ? TAGGED : 0) | (last ? LAST : 0) | VERSION;
        Layouts.put16(segment, offset, ddp << 8 | opcode.control());
    }

    /** Both as one number, for the questions below. */
    public static int control(MemorySegment segment, long offset) {
        return Layouts.u16(segment, offset);
    }

    /** Whether the T bit is set. */
    public static boolean isTagged(int control) {
        return (control & TAGGED << 8) != 0;
    }

    /** Whether it ends its message. */
    public static boolean isLast(int control) {
        return (control & LAST << 8) != 0;
    }

    /** Whether the DDP version is ours. */
    public static boolean isVersionKnown(int control) {
        return (control >>> 8 & VERSION_MASK) == VERSION;
    }

    /** Whether the RDMAP version is ours. */
    public static boolean isRdmapVersionKnown(int control) {
        return RdmapOpcode.version(control & 0xFF) == 1;
    }
}
