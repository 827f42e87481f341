package io.rtrs.interop.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** "Ready for this step, and here is the memory for it": what an {@link Answerer} says before each step. */
record Place(int step, int rkey, long address) {
    static final int BYTES = 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    void encode(MemorySegment to) {
        to.set(INT, 0, step);
        to.set(INT, 4, rkey);
        to.set(LONG, 8, address);
    }

    static Place decode(MemorySegment from) {
        return new Place(from.get(INT, 0), from.get(INT, 4), from.get(LONG, 8));
    }
}
