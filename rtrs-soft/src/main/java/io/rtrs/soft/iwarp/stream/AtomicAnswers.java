package io.rtrs.soft.iwarp.stream;

import io.rtrs.soft.iwarp.wire.TerminateError;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.queue.SendQueue;
import io.rtrs.soft.queue.SgeCursor;
import io.rtrs.soft.work.Status;

/** Takes the answers to our atomics (spec/iwarp.md 8.3). */
final class AtomicAnswers {
    private final Domain domain;
    private final Terminator terminator;
    private final SendQueue sends;
    private final ReadsOutstanding reads;
    private final SendProgress progress;
    private final Segmenter segmenter;

    AtomicAnswers(
            Domain domain,
            Terminator terminator,
            SendQueue sends,
            ReadsOutstanding reads,
            SendProgress progress,
            Segmenter segmenter) {
        this.domain = domain;
        this.terminator = terminator;
        this.sends = sends;
        this.reads = reads;
        this.progress = progress;
        this.segmenter = segmenter;
    }

    /** An answer is here. */
    void answer(int identifier, long original) {
        int at = reads.oldest(true);
        if (at == ReadsOutstanding.NONE || reads.name(at) != identifier) {
            terminator.refuse(TerminateError.UNEXPECTED_OPCODE);
            return;
        }
        long sequence = reads.sequence(at);
        if (!put(sends.slot(sequence), original)) {
            terminator.failSend(sequence, Status.LOC_PROT_ERR, TerminateError.LOCAL_CATASTROPHIC);
            return;
        }
        reads.answer(at);
        segmenter.unblock();
        progress.answered(sequence);
        progress.settle();
    }

    private boolean put(int slot, long original) {
        if (!SgeCursor.permitted(domain, sends.ring, slot, true)) {
            return false;
        }
        Region region = domain.keys.region(sends.ring.key(slot, 0));
        return region != null && region.writeLong(sends.ring.address(slot, 0), original);
    }
}
