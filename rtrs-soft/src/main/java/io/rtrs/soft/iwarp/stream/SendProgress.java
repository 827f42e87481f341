package io.rtrs.soft.iwarp.stream;

import io.rtrs.soft.queue.SendQueue;

import java.util.Arrays;

/**
 * Which send work requests are done: those of which the socket has taken all bytes; a read or atomic when it is answered,
 * too. They complete in posting order, so a Write waits for the read before it (spec/iwarp.md 12).
 */
final class SendProgress {
    private static final long NOT_MADE = Long.MAX_VALUE;

    private final QueuePair qp;
    private final SendQueue queue;
    private final OutputQueue output;

    /** Where its last FPDU ends in the stream, by slot. */
    private final long[] end;

    private final boolean[] answered;

    SendProgress(QueuePair qp, SendQueue queue, OutputQueue output) {
        this.qp = qp;
        this.queue = queue;
        this.output = output;
        end = new long[queue.ring.count];
        answered = new boolean[queue.ring.count];
        Arrays.fill(end, NOT_MADE);
    }

    /** FPDUs of the work request in this slot are being made from now on. */
    void begin(int slot) {
        end[slot] = NOT_MADE;
        answered[slot] = !queue.isRead(slot);
    }

    /** All its FPDUs are made, or it needs none. */
    void made(int slot) {
        end[slot] = output.made();
    }

    /** The answer is placed. */
    void answered(long sequence) {
        answered[queue.slot(sequence)] = true;
    }

    /** Completes what is done; fails what cannot be done, when all before it is. */
    void settle() {
        while (queue.head < queue.started && !queue.isFailing(queue.head) && isDone(queue.slot(queue.head))) {
            qp.completeHead();
        }
        if (queue.isFailing(queue.head)) {
            qp.failSend(queue.failure());
        }
    }

    private boolean isDone(int slot) {
        return end[slot] <= output.sent() && answered[slot];
    }
}
