package io.rtrs.soft.queue;

import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.verbs.libc.Errno;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The ring of receive work requests.
 *
 * <p><b>Threading:</b> {@link #post} and {@link #retire} from any thread, all else by who owns the queue pair.
 */
public final class ReceiveQueue {
    /** The work requests, by slot. */
    public final ReceiveArray ring;

    /** The oldest that is not complete; the owner's. */
    public long head;

    // The posters', guarded by the ring's monitor.
    private volatile long posted;
    private final AtomicLong retired = new AtomicLong();

    /** An empty one. */
    public ReceiveQueue(QueueCapacity capacity) {
        ring = new ReceiveArray(capacity.receives(), capacity.receiveSges());
    }

    /** Takes work requests; 0 or an errno, and then {@code result} tells which was refused. */
    public int post(ReceiveArray from, int first, int count, Posted result) {
        synchronized (ring) {
            long sequence = posted;
            int errno = 0;
            for (int wr = first; wr < first + count; wr++) {
                if (from.numSge[wr] > ring.maxSge) {
                    errno = Errno.EINVAL;
                } else if (sequence - retired.getAcquire() >= ring.count) {
                    errno = Errno.ENOMEM;
                }
                if (errno != 0) {
                    result.bad = wr;
                    break;
                }
                ring.copyReceive(from, wr, slot(sequence++));
            }
            posted = sequence;
            return errno;
        }
    }

    /** A completion was polled: see {@link io.rtrs.soft.work.WorkQueues#retire}. */
    public void retire(long sequence) {
        retired.setRelease(sequence + 1); // who posts next knows of the completion
    }

    /** Whether none is posted and not complete. */
    public boolean isEmpty() {
        return head == posted;
    }

    /** Where a work request is in the ring. */
    public int slot(long sequence) {
        return (int) (sequence % ring.count);
    }

    /** Forgets all work requests, without completions. */
    public void clear() {
        synchronized (ring) {
            head = posted;
            retired.setRelease(head);
        }
    }
}
