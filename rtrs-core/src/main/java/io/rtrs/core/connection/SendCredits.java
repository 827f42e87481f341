package io.rtrs.core.connection;

import com.ibm.disni.verbs.IbvSendWR;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Room in a send queue, counted in chains, and which chains are signaled (spec/rtrs.md 4.7).
 *
 * <p>Every chain of work requests takes one credit before it is posted, heartbeats too. The last element of every {@code
 * interval}-th chain is signaled, and its completion, which proves that all before it are done, returns {@code interval}
 * credits. Between counting and posting a thread may be overtaken by others: up to one chain per posting thread is then
 * counted as done too early, which {@link ConnectionSizes#SLACK_WR} covers.
 *
 * <p><b>Threading:</b> any thread. <b>Allocation:</b> none.
 */
public final class SendCredits {
    private final int interval;
    private final AtomicInteger available;
    private final AtomicInteger counter = new AtomicInteger();

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
    }

    /** Takes a credit; false if the queue has no room for another chain. */
    public boolean tryTake() {
        if (available.getAndDecrement() > 0) {
            return true;
        }
        available.getAndIncrement();
        return false;
    }

    /** Gives back the credit of a chain that was not posted, before {@link #nextFlags} was asked for it. */
    public void giveBack() {
        available.getAndIncrement();
    }

    /** Counts a chain that will be posted now: the send flags of its last element. */
    public int nextFlags() {
        return Math.floorMod(counter.incrementAndGet(), interval) == 0 ? IbvSendWR.IBV_SEND_SIGNALED : 0;
    }

    /** A chain's signaled last element has completed: returns the credits of all up to it. */
    public void onSignaledCompletion() {
        available.getAndAdd(interval);
    }

    /** Credits left now; for tests and statistics. */
    public int available() {
        return available.get();
    }
}
