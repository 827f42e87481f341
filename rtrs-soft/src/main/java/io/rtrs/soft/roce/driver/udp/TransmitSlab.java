package io.rtrs.soft.roce.driver.udp;

import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Places packets in a link's transmit memory so that those that may share a send call stand side by side.
 *
 * <p>A batch is what one call sends: packets to one destination and {@linkplain Peer#group group}, of equal length but for a
 * shorter last one (spec/rocev2.md 16.2). A packet that does not fit the newest batch starts another. The room is used from the start
 * again as soon as all batches are gone.
 *
 * <p>Pure. <b>Threading</b>: the link's owner. <b>Allocation</b>: none after construction.
 */
final class TransmitSlab {
    /** The longest datagram, and the most that a segmented call takes. */
    static final int MAX_BATCH_BYTES = 65507;

    /** The most packets in a call that every kernel with UDP_SEGMENT takes. */
    static final int MAX_SEGMENTS = 64;

    private static final int BATCHES = 256;
    private static final long ALIGNMENT = 64;

    /** Destinations that are remembered to take no batches. */
    private static final int MAX_SINGLES = 64;

    private final long size;
    private final int maxSegments;

    /** Destinations on whose way batches are not cut, the oldest first. */
    private final Set<RoceAddress> singles = new LinkedHashSet<>();

    // The batches, of which those before first were sent.
    private final long[] offsets = new long[BATCHES];
    private final int[] bytes = new int[BATCHES];
    private final int[] segments = new int[BATCHES];
    private final int[] packets = new int[BATCHES];
    private final int[] groups = new int[BATCHES];
    private final @Nullable RoceAddress[] destinations = new @Nullable RoceAddress[BATCHES];
    private int first;
    private int end;
    private int queued;

    private @Nullable RoceAddress reservedFor;
    private int reservedGroup;
    private boolean reservedJoins;
    private long reservedOffset;
    private int reservedLength;

    TransmitSlab(long size, int maxSegments) {
        this.size = size;
        this.maxSegments = maxSegments;
    }

    /** Room for a packet, or {@link Link#NO_ROOM}; gives up a reservation that was not committed. */
    long reserve(RoceAddress to, int group, int length) {
        if (length <= 0 || length > MAX_BATCH_BYTES) {
            throw new IllegalArgumentException("packet of " + length + " bytes");
        }
        reservedFor = null;
        boolean joins = hasCompany(to, group, length);
        long offset = joins ? next(end - 1) : nextAligned();
        if (offset + length > size || (!joins && end == BATCHES)) {
            return Link.NO_ROOM;
        }
        reservedFor = to;
        reservedGroup = group;
        reservedJoins = joins;
        reservedOffset = offset;
        reservedLength = length;
        return offset;
    }

    /** Whether a packet would share the call of one that is queued. */
    boolean hasCompany(RoceAddress to, int group, int length) {
        return end > first && joins(end - 1, to, group, length);
    }

    private boolean joins(int batch, RoceAddress to, int group, int length) {
        return packets[batch] < maxSegments
                && length <= segments[batch]
                && bytes[batch] == packets[batch] * segments[batch] // a shorter one was the last
                && bytes[batch] + length <= MAX_BATCH_BYTES
                && group == groups[batch]
                && to.equals(destinations[batch])
                && (singles.isEmpty() || !singles.contains(to));
    }

    private long next(int batch) {
        return offsets[batch] + bytes[batch];
    }

    private long nextAligned() {
        return end == 0 ? 0 : (next(end - 1) + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Queues the reserved packet; its index in its batch, which is its identification (spec/rocev2.md 2.4). */
    int commit() {
        RoceAddress to = reservedFor;
        if (to == null) {
            throw new IllegalStateException("nothing is reserved");
        }
        reservedFor = null;
        if (!reservedJoins) {
            offsets[end] = reservedOffset;
            segments[end] = reservedLength;
            destinations[end] = to;
            groups[end] = reservedGroup;
            bytes[end] = 0;
            packets[end] = 0;
            end++;
        }
        int batch = end - 1;
        bytes[batch] += reservedLength;
        queued++;
        return packets[batch]++;
    }

    /** Whether the newest batch, of more than one packet, takes no further one of its length; it may take a shorter one. */
    boolean isBatchFull() {
        int batch = end - 1;
        return batch >= first
                && packets[batch] > 1
                && (packets[batch] == maxSegments || bytes[batch] + segments[batch] > MAX_BATCH_BYTES);
    }

    /** For whom room is reserved; null if for nobody. */
    @Nullable
    RoceAddress reservedFor() {
        return reservedFor;
    }

    /** Where the packet reserved last begins. */
    long reservedOffset() {
        return reservedOffset;
    }

    /** Its length. */
    int reservedLength() {
        return reservedLength;
    }

    /** Packets that are queued. */
    int queued() {
        return queued;
    }

    /** Where the oldest batch begins; there must be one. */
    long offset() {
        return offsets[first];
    }

    /** Its bytes, one packet after the other. */
    int bytes() {
        return bytes[first];
    }

    /** The length of all its packets but the last, which may be shorter. */
    int segment() {
        return segments[first];
    }

    /** How many they are. */
    int packets() {
        return packets[first];
    }

    /** Where they go. */
    RoceAddress destination() {
        RoceAddress to = destinations[first];
        if (to == null) {
            throw new IllegalStateException("no batch");
        }
        return to;
    }

    /** Forgets the oldest batch. */
    void remove() {
        queued -= packets[first];
        destinations[first++] = null;
        if (first == end) {
            first = 0;
            end = 0;
        }
    }

    /** From now on, batches of one packet to this destination; when there are too many such, the oldest is tried again. */
    void forgoBatches(RoceAddress to) {
        if (singles.add(to) && singles.size() > MAX_SINGLES) {
            Iterator<RoceAddress> oldest = singles.iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
