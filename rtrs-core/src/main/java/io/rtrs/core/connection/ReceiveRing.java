package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvQP;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.PostRecv;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The receives of a connection: as many slots as may be posted, all alike, consumed and re-posted in ring order.
 *
 * <p>A receive queue is first in, first out, so slots come back in the order in which they were posted, and those to
 * re-post are always consecutive: one native call re-posts a whole batch.
 *
 * <p><b>Threading:</b> the connection's loop alone, once it runs. <b>Allocation:</b> none after construction.
 */
final class ReceiveRing {
    private final int slots;
    private final int slotBytes;
    private final PostRecv call;
    /** Next slot to post. */
    private int next;
    /** Slots that are not posted, from {@link #next} on. */
    private int free;

    /**
     * Lays out the ring.
     *
     * @param memory {@code slots * slotBytes} bytes, registered with {@code lkey}
     * @param slotBytes room for one message; 0 takes only messages without payload
     */
    ReceiveRing(ExtendedVerbs verbs, IbvQP qp, int slots, MemorySegment memory, int slotBytes, int lkey)
            throws IOException {
        this.slots = slots;
        this.slotBytes = slotBytes;
        this.free = slots;
        this.call = verbs.postRecv(qp, slots, 1);
        for (int slot = 0; slot < slots; slot++) {
            call.wrId(slot, WorkId.of(WorkId.RECEIVE, slot));
            if (slotBytes > 0) {
                call.sge(slot, 0, memory.address() + (long) slot * slotBytes, slotBytes, lkey);
                call.numSge(slot, 1);
            } else {
                call.numSge(slot, 0);
            }
        }
    }

    /** Offset of a slot's bytes in the ring's memory. */
    long offset(int slot) {
        return (long) slot * slotBytes;
    }

    /** A slot was consumed. */
    void consumed() {
        free++;
    }

    int free() {
        return free;
    }

    /**
     * Posts every free slot.
     *
     * @return 0 or a positive errno; a part may be posted then
     */
    int refill() {
        while (free > 0) {
            int count = Math.min(free, slots - next);
            int errno = call.post(next, count);
            int posted = errno == 0 ? count : Math.clamp(call.badWr() - next, 0, count);
            free -= posted;
            next = next + posted == slots ? 0 : next + posted;
            if (errno != 0) {
                return errno;
            }
        }
        return 0;
    }

    /** Slots posted now. */
    int posted() {
        return slots - free;
    }

    /** Frees the call; the queue pair is drained. */
    void close() {
        call.free();
    }
}
