package io.rtrs.soft.queue;

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
 * The ring of send work requests: complete &lt; {@link #head} ≤ {@link #started} ≤ {@link #posted}, by numbers
 * that never wrap.
 *
 * <p>A slot is free again when a completion at or after it has been polled.
 *
 * <p><b>Threading:</b> {@link #post} and {@link #retire} from any thread, all else by who owns the queue pair.
 */
public class SendQueue {
    private static final int NOT_FAILED = -1;

    /** The work requests, by slot. */
    public final SendArray ring;

    // The owner's.
    /** The oldest that is not complete. */
    public long head;

    /** The first that nothing was done for yet. */
    public long started;

    /** READs and atomics that are started and not complete. */
    public int openReads;

    private long failing = NOT_FAILED;
    private int failure;

    // The posters', guarded by the ring's monitor.
    private volatile long posted;
    private final AtomicLong retired = new AtomicLong();
    private final int maxInline;
    private final MemorySegment inlineData;

    /** An empty one. */
    public SendQueue(QueueCapacity capacity) {
        ring = new SendArray(capacity.sends(), capacity.sendSges());
        maxInline = capacity.inlineBytes();
        inlineData = Arena.ofAuto().allocate(Math.max(1L, (long) maxInline * ring.count));
    }

    /** Takes work requests; 0 or an errno, and then {@code result} tells which was refused. */
    public final int post(SendArray from, int first, int count, Posted result) {
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

    /** The inline data of all. */
    public final MemorySegment inlineData() {
        return inlineData;
    }

    /** Where that of one begins. */
    public final long inlineOffset(int slot) {
        return (long) slot * maxInline;
    }

    /** Whether its data was copied when it was posted. */
    public final boolean isInline(int slot) {
        return (ring.flags[slot] & IbvSendWR.IBV_SEND_INLINE) != 0;
    }

    /** A completion was polled: see {@link io.rtrs.soft.work.WorkQueues#retire}. */
    public final void retire(long sequence) {
        retired.setRelease(sequence + 1); // who posts next knows of the completion
    }

    /** The number that the next one gets. */
    public final long posted() {
        return posted;
    }

    /** Where a work request is in the ring. */
    public final int slot(long sequence) {
        return (int) (sequence % ring.count);
    }

    /** Whether the peer answers the work request in this slot with more than an acknowledgement. */
    public final boolean isRead(int slot) {
        return isReadOpcode(ring.opcode[slot]);
    }

    /** As {@link #isRead}, of an opcode. */
    public static boolean isReadOpcode(int opcode) {
        return opcode == WrOpcode.RDMA_READ
                || opcode == WrOpcode.ATOMIC_CMP_AND_SWP
                || opcode == WrOpcode.ATOMIC_FETCH_AND_ADD;
    }

    /** The work request {@link #started} is being executed now. */
    public final void start() {
        if (isRead(slot(started++))) {
            openReads++;
        }
    }

    /** The work request {@link #head} is complete. */
    public final void finishHead() {
        if (head < started && isRead(slot(head))) {
            openReads--;
        }
        head++;
    }

    /** A work request cannot be executed here: it fails as soon as all before it are complete. */
    public final void fail(long sequence, int status) {
        failing = sequence;
        failure = status;
    }

    /** Whether {@link #fail} was said of it. */
    public final boolean isFailing(long sequence) {
        return failing == sequence;
    }

    /** The status of that one. */
    public final int failure() {
        return failure;
    }

    /** Forgets all work requests, without completions. */
    public void clear() {
        synchronized (ring) {
            head = posted;
            started = head;
            retired.setRelease(head);
            openReads = 0;
        }
    }

    /** The opcode that the completion of a send work request shows. */
    public static int completionOpcode(int wrOpcode) {
        return switch (wrOpcode) {
            case WrOpcode.RDMA_WRITE, WrOpcode.RDMA_WRITE_WITH_IMM -> WrOpcode.WC_RDMA_WRITE;
            case WrOpcode.RDMA_READ -> WrOpcode.WC_RDMA_READ;
            case WrOpcode.ATOMIC_CMP_AND_SWP -> WrOpcode.WC_COMP_SWAP;
            case WrOpcode.ATOMIC_FETCH_AND_ADD -> WrOpcode.WC_FETCH_ADD;
            case WrOpcode.LOCAL_INV -> WrOpcode.WC_LOCAL_INV;
            case WrOpcode.BIND_MW -> WrOpcode.WC_BIND_MW;
            default -> WrOpcode.WC_SEND;
        };
    }

    /** The length that a good completion reports. */
    public final int movedBytes(int slot) {
        int opcode = ring.opcode[slot];
        return opcode == WrOpcode.BIND_MW || opcode == WrOpcode.LOCAL_INV ? 0 : (int) ring.total(slot);
    }
}
