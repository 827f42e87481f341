package io.rtrs.soft.roce.rc;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.SendArray;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.libc.Errno;
import io.rtrs.verbs.memory.Memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The ring of send work requests: complete &lt; {@link #head} ≤ {@link #next} ≤ {@link #started} ≤ {@link #posted}, by
 * numbers that never wrap.
 *
 * <p>A slot is free again when a completion at or after it has been polled.
 *
 * <p><b>Threading:</b> {@link #post} and {@link #retire} from any thread, all else by the drive owner.
 */
final class SendQueue {
    private static final int NOT_FAILED = -1;

    /** The work requests, by slot. */
    final SendArray ring;

    /** First packet of a work request that was started, by slot. */
    final long[] firstPsn;

    /** The packet after its last; the first, if it has none. */
    final long[] endPsn;

    // The drive owner's.
    /** The oldest that is not complete. */
    long head;

    /** The one that the requester is at. */
    long next;

    /** The first that has no packet numbers yet. */
    long started;

    /** READs and atomics that are started and not complete. */
    int openReads;

    private long failing = NOT_FAILED;
    private int failure;

    // The posters', guarded by the ring's monitor.
    private volatile long posted;
    private final AtomicLong retired = new AtomicLong();
    private final int maxInline;
    private final MemorySegment inlineData;

    SendQueue(QueueCapacity capacity) {
        ring = new SendArray(capacity.sends(), capacity.sendSges());
        firstPsn = new long[ring.count];
        endPsn = new long[ring.count];
        maxInline = capacity.inlineBytes();
        inlineData = Arena.ofAuto().allocate(Math.max(1L, (long) maxInline * ring.count));
    }

    /** Takes work requests; 0 or an errno, and then {@code result} tells which was refused. */
    int post(SendArray from, int first, int count, Posted result) {
        synchronized (ring) {
            long sequence = posted;
            int errno = 0;
            for (int wr = first; wr < first + count; wr++) {
                errno = check(from, wr, sequence);
                if (errno != 0) {
                    result.bad = wr;
                    break;
                }
                int slot = slot(sequence++);
                ring.copySend(from, wr, slot);
                if (isInline(slot) && !keepInline(slot)) {
                    sequence--;
                    errno = Errno.EFAULT;
                    result.bad = wr;
                    break;
                }
            }
            posted = sequence;
            return errno;
        }
    }

    private int check(SendArray from, int wr, long sequence) {
        if (sequence - retired.getAcquire() >= ring.count) {
            return Errno.ENOMEM;
        }
        int opcode = from.opcode[wr];
        boolean known = opcode >= WrOpcode.RDMA_WRITE
                && opcode <= WrOpcode.SEND_WITH_INV
                && (opcode != WrOpcode.BIND_MW || from.window[wr] != null);
        boolean inline = (from.flags[wr] & IbvSendWR.IBV_SEND_INLINE) != 0;
        boolean fits = from.numSge[wr] <= ring.maxSge && (!inline || from.total(wr) <= maxInline);
        return known && fits ? 0 : Errno.EINVAL;
    }

    private boolean keepInline(int slot) {
        long at = inlineOffset(slot);
        for (int i = 0; i < ring.numSge[slot]; i++) {
            long length = ring.length(slot, i);
            if (!Memory.copyFrom(ring.address(slot, i), inlineData, at, length)) {
                return false;
            }
            at += length;
        }
        return true;
    }

    MemorySegment inlineData() {
        return inlineData;
    }

    long inlineOffset(int slot) {
        return (long) slot * maxInline;
    }

    boolean isInline(int slot) {
        return (ring.flags[slot] & IbvSendWR.IBV_SEND_INLINE) != 0;
    }

    void retire(long sequence) {
        retired.setRelease(sequence + 1); // who posts next knows of the completion
    }

    long posted() {
        return posted;
    }

    int slot(long sequence) {
        return (int) (sequence % ring.count);
    }

    /** Whether the peer answers the work request in this slot with more than an acknowledgement. */
    boolean isRead(int slot) {
        return isReadOpcode(ring.opcode[slot]);
    }

    static boolean isReadOpcode(int opcode) {
        return opcode == WrOpcode.RDMA_READ
                || opcode == WrOpcode.ATOMIC_CMP_AND_SWP
                || opcode == WrOpcode.ATOMIC_FETCH_AND_ADD;
    }

    /** Gives the work request {@link #started} its packets. */
    void start(long firstPacket, int packets) {
        int slot = slot(started++);
        firstPsn[slot] = firstPacket;
        endPsn[slot] = firstPacket + packets;
        if (isRead(slot)) {
            openReads++;
        }
    }

    /** The work request {@link #head} is complete. */
    void finishHead() {
        if (head < started && isRead(slot(head))) {
            openReads--;
        }
        head++;
    }

    /** A work request cannot be executed here: it fails as soon as all before it are complete. */
    void fail(long sequence, int status) {
        failing = sequence;
        failure = status;
    }

    boolean isFailing(long sequence) {
        return failing == sequence;
    }

    int failure() {
        return failure;
    }

    /** Forgets all work requests, without completions. */
    void clear() {
        synchronized (ring) {
            head = posted;
            next = head;
            started = head;
            retired.setRelease(head);
            openReads = 0;
        }
    }
}
