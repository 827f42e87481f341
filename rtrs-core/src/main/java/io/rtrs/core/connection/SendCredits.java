package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.verbs.PostSend;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Room in a send queue, counted in chains, and which chains are signaled (spec/rtrs.md 4.7).
 *
 * <p>Every chain of work requests takes one credit, heartbeats too. Right before it is posted it takes a ticket, and right
 * after, it is reported as posted. The last chain of every {@code interval} tickets is signaled, and its completion returns
 * {@code interval} credits, because it proves that the chains of the whole interval are done: it is posted only when the
 * others are. A thread with the last ticket may therefore wait for threads with earlier ones, for as long as their calls
 * take; so what is in the queue never exceeds the credits, however many threads post.
 *
 * <p><b>Threading:</b> any thread; between ticket and report a thread does nothing but post. <b>Allocation:</b> none.
 */
public final class SendCredits {
    private static final int SPINS = 100;
    private static final long PAUSE_NS = 1000;

    private final int interval;
    private final AtomicInteger available;
    private final AtomicLong tickets = new AtomicLong();

    /**
     * Unsignaled chains posted of each open interval, a ring. Whoever has a ticket of an open interval has a credit, so no
     * more are open than there are credits for, and parts of one at either end.
     */
    private final AtomicIntegerArray postedOf;

    /** How many intervals are posted to the last chain. */
    private volatile long complete;

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
        this.interval = interval;
        this.available = new AtomicInteger(chains);
        this.postedOf = new AtomicIntegerArray(chains / interval + 2);
    }

    /** Takes a credit; false if the queue has no room for another chain. */
    public boolean tryTake() {
        if (available.getAndDecrement() > 0) {
            return true;
        }
        available.getAndIncrement();
        return false;
    }

    /** Gives back the credit of a chain that will not be posted and has no ticket. */
    public void giveBack() {
        available.getAndIncrement();
    }

    /**
     * Posts a chain that has a credit.
     *
     * @param first its first work request in the call
     * @param last its last one, whose flags are set here
     * @return 0 or an errno
     */
    public int post(PostSend call, int first, int last) {
        long ticket = nextTicket();
        try {
            call.flags(last, flags(ticket));
            return call.post(first, last + 1 - first);
        } finally {
            posted(ticket);
        }
    }

    /** Counts a chain that will be posted now; {@link #posted} has to follow. */
    long nextTicket() {
        return tickets.getAndIncrement();
    }

    /** The send flags of the chain's last element; waits for the threads that post the chains before a signaled one. */
    int flags(long ticket) {
        if (!isSignaled(ticket)) {
            return 0;
        }
        long own = ticket / interval;
        for (int spins = 0; complete != own || postedOf.get(cell(own)) != interval - 1; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(PAUSE_NS); // who is waited for may need this processor
            }
        }
        return IbvSendWR.IBV_SEND_SIGNALED;
    }

    /** The call that posts the chain has returned, whatever it returned. */
    void posted(long ticket) {
        long own = ticket / interval;
        if (isSignaled(ticket)) {
            postedOf.set(cell(own), 0);
            complete = own + 1;
        } else {
            postedOf.getAndIncrement(cell(own));
        }
    }

    /** Whether the chain of this ticket returns the credits of its interval. */
    boolean isSignaled(long ticket) {
        return ticket % interval == interval - 1;
    }

    private int cell(long number) {
        return (int) (number % postedOf.length());
    }

    /** A chain's signaled last element has completed: returns the credits of its interval. */
    public void onSignaledCompletion() {
        available.getAndAdd(interval);
    }

    /** Credits left now; for tests and statistics. */
    public int available() {
        return available.get();
    }
}
