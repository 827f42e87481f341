package io.rtrs.soft.queue;

/**
 * How large the queues of a queue pair are.
 *
 * @param sends send work requests
 * @param sendSges SGEs of each
 * @param receives receive work requests
 * @param receiveSges SGEs of each
 * @param inlineBytes the most that a send carries inline
 * @param signalAll whether all sends complete visibly
 */
public record QueueCapacity(
        int sends, int sendSges, int receives, int receiveSges, int inlineBytes, boolean signalAll) {
    /** At least one work request with room for one SGE in each queue. */
    public QueueCapacity {
        sends = Math.max(1, sends);
        sendSges = Math.max(1, sendSges);
        receives = Math.max(1, receives);
        receiveSges = Math.max(1, receiveSges);
    }
}
