package io.rtrs.soft.iwarp.stream;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.queue.SendQueue;
import io.rtrs.soft.queue.SgeCursor;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.WrOpcode;

/**
 * What a send work request needs of this side before its first FPDU, and all that a bind or local invalidation needs
 * (spec/iwarp.md 11 to 13).
 */
final class LocalWork {
    private final QueuePair qp;
    private final SendQueue queue;
    private final SendArray ring;
    private final ReadsOutstanding reads;

    LocalWork(QueuePair qp, SendQueue queue, ReadsOutstanding reads) {
        this.qp = qp;
        this.queue = queue;
        this.ring = queue.ring;
        this.reads = reads;
    }

    /** Whether it waits for the answer to an earlier one, and with it all behind it. */
    boolean mustWait(int wr) {
        boolean fenced = (ring.flags[wr] & IbvSendWR.IBV_SEND_FENCE) != 0 && queue.openReads > 0;
        return fenced || (queue.isRead(wr) && reads.depth() > 0 && reads.isFull());
    }

    /** What stands against a work request; what needs no peer is executed. */
    int check(int wr) {
        return switch (ring.opcode[wr]) {
            case WrOpcode.BIND_MW -> bind(wr) ? Status.SUCCESS : Status.MW_BIND_ERR;
            case WrOpcode.LOCAL_INV -> invalidate(ring.rkey[wr]) ? Status.SUCCESS : Status.LOC_QP_OP_ERR;
            case WrOpcode.RDMA_READ -> reads.depth() == 0 ? Status.LOC_QP_OP_ERR : checkMemory(wr, true);
            case WrOpcode.ATOMIC_CMP_AND_SWP, WrOpcode.ATOMIC_FETCH_AND_ADD -> checkAtomic(wr);
            default -> queue.isInline(wr) ? Status.SUCCESS : checkMemory(wr, false);
        };
    }

    private int checkAtomic(int wr) {
        boolean possible = reads.depth() > 0 && ring.numSge[wr] == 1 && ring.total(wr) == Long.BYTES;
        return possible ? checkMemory(wr, true) : Status.LOC_QP_OP_ERR;
    }

    private int checkMemory(int wr, boolean written) {
        if (ring.total(wr) > Messages.MAX_LENGTH) {
            return Status.LOC_LEN_ERR;
        }
        return SgeCursor.permitted(qp.domain(), ring, wr, written) ? Status.SUCCESS : Status.LOC_PROT_ERR;
    }

    private boolean bind(int wr) {
        Window window = ring.window[wr];
        return window != null
                && window.bind(
                        qp,
                        qp.domain(),
                        ring.rkey[wr],
                        ring.region[wr],
                        ring.remote[wr],
                        ring.operand[wr],
                        ring.access[wr]);
    }

    private boolean invalidate(int rkey) {
        return qp.domain().keys.find(rkey) instanceof Window window && window.invalidate(qp, rkey);
    }
}
