package io.rtrs.soft.work;

/**
 * The two queues of a queue pair, as the stateful calls and the completion queue see them.
 *
 * <p><b>Threading:</b> all methods are safe from any thread. <b>Allocation:</b> none.
 */
public interface WorkQueues {
    /**
     * Posts {@code count} sends from {@code first} on; what the arrays hold is copied. {@link #ring} follows, after this or
     * further posts.
     *
     * @return 0, or a positive errno: {@code posted} tells which was refused
     */
    int postSends(SendArray from, int first, int count, Posted posted);

    /** Sends that were posted may start; by default they did when they were posted. */
    default void ring() {
        // nothing waits
    }

    /** Sends were posted, and {@link #start} will be called soon; by default they start now. */
    default void announce() {
        ring();
    }

    /** What was announced may start. */
    default void start() {
        // by default it did
    }

    /** Posts receives; see {@link #postSends}. */
    int postReceives(ReceiveArray from, int first, int count, Posted posted);

    /**
     * A completion of this queue pair was polled: the slot of that work request and those before it are free.
     *
     * @param send whether it was a send
     * @param sequence the number of the work request in its queue
     */
    void retire(boolean send, long sequence);

    /** The queue pair's number. */
    int number();
}
