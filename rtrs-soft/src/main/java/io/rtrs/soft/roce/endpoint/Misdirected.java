package io.rtrs.soft.roce.endpoint;

import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Copies of packets for an endpoint that came to another one's link, in the order they came.
 *
 * <p><b>Threading:</b> {@link #add} from any thread, {@link #deliver} by the endpoint's owner. <b>Allocation:</b> memory for
 * all of them, with the first one that ever comes.
 */
final class Misdirected {
    /** What one look at a socket brings. */
    static final int CAPACITY = 64;

    /** Longer datagrams are no packets. */
    private static final int SLOT = (RoceOpcode.MAX_LOOPBACK_PACKET + 63) & -64;

    private final int[] lengths = new int[CAPACITY];
    private final long[] sourcesHi = new long[CAPACITY];
    private final long[] sourcesLo = new long[CAPACITY];
    private final int[] sourcePorts = new int[CAPACITY];

    // Written under the monitor.
    private @Nullable MemorySegment memory;
    private volatile long added;
    private volatile long delivered;

    /** Copies a packet; whether there was room. */
    synchronized boolean add(
            MemorySegment from, long offset, int length, long sourceHi, long sourceLo, int sourcePort) {
        long at = added;
        if (at - delivered == CAPACITY || length > SLOT) {
            return false;
        }
        MemorySegment to = memory;
        if (to == null) {
            to = Arena.ofAuto().allocate((long) CAPACITY * SLOT, 64);
            memory = to;
        }
        int slot = (int) (at % CAPACITY);
        MemorySegment.copy(from, offset, to, (long) slot * SLOT, length);
        lengths[slot] = length;
        sourcesHi[slot] = sourceHi;
        sourcesLo[slot] = sourceLo;
        sourcePorts[slot] = sourcePort;
        added = at + 1;
        return true;
    }

    /** Whether there are some. */
    boolean isEmpty() {
        return added == delivered;
    }

    /** Hands over those that are there now. */
    void deliver(PacketSink sink, long nowNs) {
        long end = added;
        MemorySegment held = memory();
        for (long at = delivered; at < end && held != null; at++) {
            int slot = (int) (at % CAPACITY);
            try {
                sink.onPacket(
                        held,
                        (long) slot * SLOT,
                        lengths[slot],
                        sourcesHi[slot],
                        sourcesLo[slot],
                        sourcePorts[slot],
                        nowNs);
            } finally {
                forget(at); // also if it throws, or it would come for ever
            }
        }
    }

    private synchronized @Nullable MemorySegment memory() {
        return memory;
    }

    private synchronized void forget(long at) {
        delivered = at + 1;
    }
}
