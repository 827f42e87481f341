package io.rtrs.soft.roce.rc;

import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.queue.SendQueue;

/** Send work requests with the numbers of their packets: {@link #head} ≤ {@link #next} ≤ {@link #started}. */
final class NumberedQueue extends SendQueue {
    /** First packet of a work request that was started, by slot. */
    final long[] firstPsn;

    /** The packet after its last; the first, if it has none. */
    final long[] endPsn;

    /** The one that the requester is at; the drive owner's. */
    long next;

    NumberedQueue(QueueCapacity capacity) {
        super(capacity);
        firstPsn = new long[ring.count];
        endPsn = new long[ring.count];
    }

    /** Gives the work request {@link #started} its packets. */
    void start(long firstPacket, int packets) {
        int slot = slot(started);
        firstPsn[slot] = firstPacket;
        endPsn[slot] = firstPacket + packets;
        start();
    }

    @Override
    public void clear() {
        super.clear();
        next = head;
    }
}
