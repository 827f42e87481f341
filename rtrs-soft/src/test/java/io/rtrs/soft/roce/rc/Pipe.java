package io.rtrs.soft.roce.rc;

import io.rtrs.soft.roce.wire.RocePacket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A perfect way from one queue pair to another that allocates nothing. */
final class Pipe implements Transmitter {
    private static final int SLOT = 8192;
    private static final int SLOTS = 256;

    private final MemorySegment memory = Arena.ofAuto().allocate((long) SLOT * SLOTS, 64);
    private final int[] lengths = new int[SLOTS];
    private final RocePacket view = new RocePacket();
    private int count;
    private int reserved;

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long reserve(int length) {
        if (count == SLOTS) {
            return NO_ROOM;
        }
        reserved = length;
        return (long) count * SLOT;
    }

    @Override
    public void commit() {
        lengths[count++] = reserved;
    }

    /** Hands all packets over; how many. */
    int deliver(QueuePair to, long nowNs) {
        int n = count;
        for (int i = 0; i < n; i++) {
            if (view.wrap(memory, (long) i * SLOT, lengths[i]) == RocePacket.OK) {
                to.onPacket(view, nowNs);
            }
        }
        count = 0;
        return n;
    }
}
