package io.rtrs.soft.queue;

import io.rtrs.soft.work.WorkQueues;

/**
 * Gets the completions of a queue pair, in posting order for each of its two queues.
 *
 * <p><b>Threading:</b> called by who owns the queue pair, inside calls to it; it must not call the queue pair back.
 */
@FunctionalInterface
public interface CompletionSink {
    /**
     * A work request is done.
     *
     * @param send whether it was a send
     * @param sequence its number in its queue, which {@link WorkQueues#retire} takes once the completion was polled
     * @param status {@link io.rtrs.soft.work.Status}; what follows is 0 unless it is SUCCESS
     * @param opcode {@code WrOpcode.WC_*}
     * @param rawImmOrKey the immediate in network order, or the key that the peer invalidated
     * @param wcFlags {@code WrOpcode.WC_WITH_*}
     * @param solicited whether it ends a wait for solicited completions
     */
    void complete(
            WorkQueues qp,
            boolean send,
            long sequence,
            long wrId,
            int status,
            int opcode,
            int byteLen,
            int rawImmOrKey,
            int wcFlags,
            boolean solicited);
}
