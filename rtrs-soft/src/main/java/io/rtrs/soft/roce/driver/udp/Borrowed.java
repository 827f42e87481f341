package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.rtrs.soft.roce.driver.udp.SocketLayout.iovec;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.verbs.BulkCopy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Bytes of queued packets that are not in the transmit memory but where the sender has them: for each of some packets one
 * piece, of all packets from one memory. The kernel reads them there, if what is sent is described to it piece by piece.
 *
 * <p>They are borrowed until the next flush returns: what it does not send is {@linkplain #fill copied} to its place. Who
 * needs them back before has them copied, too.
 *
 * <p><b>Threading</b>: the link's owner. <b>Allocation</b>: none after construction.
 */
final class Borrowed {
    private final MemorySegment slab;
    private final MemorySegment vectors;
    private final long[] places;
    private final int[] lengths;
    private final long[] offsets;
    private final long[] packets;
    private MemorySegment source = MemorySegment.NULL;
    private int first;
    private int end;

    // Of the packet that is being written.
    private boolean lent;
    private long place;
    private int length;
    private long offset;

    /** For packets in {@code slab}, of which one send takes so many at most. */
    Borrowed(Arena arena, MemorySegment slab, int maxSegments) {
        this.slab = slab;
        vectors = arena.allocate((2L * maxSegments + 1) * iovec.sizeof, 8);
        int most = (int) (slab.byteSize() / Link.LEAST_BORROWED) + 1;
        places = new long[most];
        lengths = new int[most];
        offsets = new long[most];
        packets = new long[most];
    }

    /** Room is reserved for another packet; what was lent to one that was not committed is forgotten. */
    void begin() {
        lent = false;
    }

    /** Lends bytes to the packet that is being written; false if they must be copied. */
    boolean lend(long at, int bytes, MemorySegment from, long start) {
        if (lent || bytes < Link.LEAST_BORROWED || (end > first && !from.equals(source))) {
            return false;
        }
        if (end == first) {
            source = from;
        }
        lent = true;
        place = at;
        length = bytes;
        offset = start;
        return true;
    }

    /** The packet that begins there is queued. */
    void commit(long packet) {
        if (lent) {
            lent = false;
            packets[end] = packet;
            places[end] = place;
            lengths[end] = length;
            offsets[end++] = offset;
        }
    }

    /** The memory that a send reads besides the slab. */
    MemorySegment source() {
        return end > first ? source : MemorySegment.NULL;
    }

    /** Where the description of what is sent is. */
    long vectors() {
        return vectors.address();
    }

    /** Describes queued bytes of the slab, from the oldest that were not removed; how many pieces they are. */
    int describe(long start, int bytes) {
        long done = start;
        int pieces = 0;
        for (int i = first; i < end && places[i] < start + bytes; i++) {
            put(pieces++, slab.address() + done, places[i] - done);
            put(pieces++, source.address() + offsets[i], lengths[i]);
            done = places[i] + lengths[i];
        }
        if (done < start + bytes) {
            put(pieces++, slab.address() + done, start + bytes - done);
        }
        return pieces;
    }

    private void put(int piece, long address, long bytes) {
        vectors.set(JAVA_LONG, (long) piece * iovec.sizeof + iovec.iov_base, address);
        vectors.set(JAVA_LONG, (long) piece * iovec.sizeof + iovec.iov_len, bytes);
    }

    /** What is queued before {@code stop} is gone. */
    void remove(long stop) {
        while (first < end && places[first] < stop) {
            first++;
        }
        if (first == end) {
            first = 0;
            end = 0;
            source = MemorySegment.NULL; // nobody's memory is kept
        }
    }

    /** Copies all that is lent to its place. A packet whose memory is gone becomes one that its receiver drops. */
    void fill() {
        lent = false;
        for (int i = first; i < end; i++) {
            try {
                BulkCopy.copy(source, offsets[i], slab, places[i], lengths[i]);
            } catch (IllegalStateException freed) {
                Bth.spoil(slab, packets[i]);
            }
        }
        remove(Long.MAX_VALUE);
    }
}
