package io.rtrs.verbs;

/**
 * Chains of several {@link PostSend} calls of one queue pair that go to the device with one call.
 *
 * <p>A post is a system call on a software device and a write across the bus on an adapter; who has many chains at hand
 * pays it once. The chains of a batch do not depend on each other: each keeps its order, and none is complete before those
 * that were added before it, but their parts may be posted side by side.
 *
 * <p><b>Threading:</b> one thread at a time. <b>Ownership:</b> a call that was added is not changed, posted, added again
 * or freed until {@link #post} has returned. <b>Allocation:</b> none.
 */
public abstract class SendBatch {

    /** How many chains it holds. */
    public abstract int capacity();

    /**
     * Adds the chain of {@code count} work requests of {@code call} from {@code first} on.
     *
     * @param call of the queue pair that the batch was made for
     * @throws IllegalStateException if the batch is full
     * @throws IllegalArgumentException if the call is another queue pair's
     * @throws IndexOutOfBoundsException if the call has no such work requests
     */
    public abstract void add(PostSend call, int first, int count);

    /**
     * Posts what was added; the batch is empty afterwards, whatever comes out.
     *
     * @return 0, or a positive errno as of {@link PostSend#post}: then the work requests up to some point were posted, and
     *     none after it, so that of several chains a first part may have been
     */
    public abstract int post();

    /**
     * As {@link #post}, except that the device may wait with it until {@link #ring}, which has to follow soon: who posts on
     * several queue pairs that report to one completion queue does this with each, and then rings each; so a software device
     * sends it all together.
     */
    public int enqueue() {
        return post();
    }

    /** What was enqueued may start; by default it did when it was. */
    public void ring() {
        // nothing waits
    }
}
