package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.verbs.PostSend;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Room in a send queue, counted in chains, and which chains are signaled (spec/rtrs.md 4.7).
 *
 * <p>Every chain of work requests takes one credit, heartbeats too. A credit comes back in one of two ways. A signaled chain
 * returns its own when its completion is polled. The completion also proves that every chain is done whose post had returned
 * before the signaled one was begun: a mark, the number of unsignaled chains posted until then, travels in its work id, and
 * the completion returns the credits up to the mark. So a thread that stands still in its post, signaled or not, keeps one
 * credit and no other.
 *
 * <p>A {@link WorkId#WRITE} is reported in any case, because its poster waits for that. Its report returns no credit,
 * unless it would have been signaled anyway: {@link #onCompletion} is for those that are {@link WorkId#COUNTED_WRITE}
 * then. So such writes touch the credits no more often than others.
 *
 * <p>A chain is signaled when enough unsignaled ones were posted since the last, and always while few credits are left. So
 * whoever takes the last credit posts a signaled chain, and an exhausted queue never waits for a completion that nobody asked
 * for.
 *
 * <p><b>Threading:</b> any thread; {@link #onCompletion} by the connection's loop. <b>Allocation:</b> none.
 */
public final class SendCredits {
    private final int chains;
    private final int interval;

    /** With so few credits left every chain is signaled. */
    private final int low;

    private final AtomicInteger available;

    /** Unsignaled chains whose post has returned. */
    private final AtomicLong posted = new AtomicLong();

    /** The last mark. Threads that begin at once may overwrite each other's: then one more chain is signaled. */
    private volatile long lastMark;

    // The loop's.
    private long freed;

    /**
     * Creates the accounting of one send queue.
     *
     * @param chains how many chains fit into the queue
     * @param interval every how many chains one is signaled; at most half of {@code chains}, so that credits come back
     *     before they run out
     */
    public SendCredits(int chains, int interval) {
        if (interval < 1 || interval * 2L > chains) {
            throw new IllegalArgumentException("signal interval " + interval + " for " + chains + " chains");
        }
        this.chains = chains;
        this.interval = interval;
        this.low = interval / 2;
        this.available = new AtomicInteger(chains);
    }

    /** Takes a credit; false if the queue has no room for another chain. */
    public boolean tryTake() {
        int now = available.get();
        while (now > 0) {
            if (available.compareAndSet(now, now - 1)) {
                return true;
            }
            now = available.get();
        }
        return false;
    }

    /** Gives back the credit of a chain that will not be posted. */
    public void giveBack() {
        available.getAndIncrement();
    }

    /**
     * Posts a chain that has a credit.
     *
     * @param first its first work request in the call
     * @param last its last one, whose flags and id are set here
     * @param workId what it is for: kind and slot
     * @return 0 or an errno
     */
    public int post(PostSend call, int first, int last, long workId) {
        boolean signaled = begin(call, last, workId, 0);
        try {
            return call.post(first, last + 1 - first);
        } finally {
            if (!signaled) {
                onPosted(1);
            }
        }
    }

    /**
     * As {@link #post}, of a chain of one work request whose credit is back if the call returns an errno. If it throws,
     * nobody knows whether the chain was posted: the credit stays taken, for one too many would overrun the queue, and
     * the connection has to end.
     */
    int postOrGiveBack(PostSend call, int wr, long workId) {
        boolean signaled = begin(call, wr, workId, 0);
        int errno = call.post(wr, 1);
        if (errno != 0) {
            giveBack();
        } else if (!signaled) {
            onPosted(1); // not if it throws: the next completion would return its credit
        }
        return errno;
    }

    /** As {@link #post}, with a chain of one work request that is signaled in any case. */
    public int postSignaled(PostSend call, int wr, long workId) {
        signal(call, wr, workId, posted.get());
        return call.post(wr, 1);
    }

    /**
     * Sets flags and id of a chain that is posted next.
     *
     * @param before unsignaled chains that the same call posts before it
     * @return whether its completion returns credits; if not, it has to be reported by {@link #onPosted}
     */
    boolean begin(PostSend call, int last, long workId, int before) {
        long mark = posted.get() + before;
        if (mark - lastMark < interval - 1 && available.get() > low) {
            boolean awaited = WorkId.kind(workId) == WorkId.WRITE;
            call.flags(last, awaited ? IbvSendWR.IBV_SEND_SIGNALED : 0);
            if (awaited) {
                call.wrId(last, workId);
            }
            return false;
        }
        signal(call, last, workId, mark);
        return true;
    }

    private void signal(PostSend call, int last, long workId, long mark) {
        lastMark = mark;
        int kind = WorkId.kind(workId);
        int counted = kind == WorkId.WRITE ? WorkId.COUNTED_WRITE : kind;
        call.flags(last, IbvSendWR.IBV_SEND_SIGNALED).wrId(last, WorkId.of(counted, mark, WorkId.slot(workId)));
    }

    /** The call that posts so many unsignaled chains has returned, whatever it returned. */
    void onPosted(int unsignaled) {
        if (unsignaled > 0) {
            posted.getAndAdd(unsignaled);
        }
    }

    /** A signaled chain has completed: returns its credit, and those that its mark proves to be free. */
    public void onCompletion(long workId) {
        long more = WorkId.marksBetween(freed, WorkId.mark(workId));
        if (more > chains) { // an older mark: a chain that was begun later has overtaken it
            more = 0;
        }
        freed += more;
        available.getAndAdd(1 + (int) more);
    }

    /** Credits left now; for tests and statistics. */
    public int available() {
        return available.get();
    }
}
