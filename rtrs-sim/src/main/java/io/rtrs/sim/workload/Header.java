package io.rtrs.sim.workload;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The user header of a request: which IO it is of, which block it is for, and which version it brings. */
final class Header {
    static final int SIZE = 24;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAGIC = 0x5151_B10C;
    private static final int BLOCK = 8;
    private static final int MARK = 12;
    private static final int VERSION = 16;

    private Header() {}

    static MemorySegment of(long io, int block, long version) {
        MemorySegment made = MemorySegment.ofArray(new byte[SIZE]);
        made.set(LONG, 0, io);
        made.set(INT, BLOCK, block);
        made.set(INT, MARK, MAGIC);
        made.set(LONG, VERSION, version);
        return made;
    }

    static boolean isOne(MemorySegment memory, long at, int length) {
        return length == SIZE && memory.get(INT, at + MARK) == MAGIC;
    }

    static long io(MemorySegment memory, long at) {
        return memory.get(LONG, at);
    }

    static int block(MemorySegment memory, long at) {
        return memory.get(INT, at + BLOCK);
    }

    static long version(MemorySegment memory, long at) {
        return memory.get(LONG, at + VERSION);
    }
}
