package io.rtrs.soft.inprocess;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.completion.CompletionQueue;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.ReceiveArray;
import io.rtrs.soft.work.SendArray;
import io.rtrs.soft.work.Status;
import io.rtrs.soft.work.WorkQueues;
import io.rtrs.verbs.ProviderOwned;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.libc.Errno;
import io.rtrs.verbs.memory.Memory;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A reliable connected queue pair.
 *
 * <p>A posted send is executed at once. One that cannot be (the peer has no receive, the connection is cut) waits in the
 * ring with all that follow it. A slot of either queue is free again when a completion at or after it has been polled, as
 * on adapters: whoever never asks for a completion fills the send queue.
 *
 * <p>Everything here but the retired counts is guarded by {@link #link}.
 */
final class Qp extends IbvQP implements ProviderOwned, WorkQueues {
    static final int NO_LIMIT = 7;

    final Link link;
    final Domain domain;
    final CompletionQueue sendCq;
    final CompletionQueue recvCq;
    final int number;
    private final boolean signalAll;
    private final int maxInline;
    private final MemorySegment inlineData;

    final SendArray sends;
    private long sendsPosted;
    private long sendsDone;
    private final AtomicLong sendsRetired = new AtomicLong();

    final ReceiveArray receives;
    private long receivesPosted;
    private long receivesTaken;
    private final AtomicLong receivesRetired = new AtomicLong();

    @Nullable
    Qp peer;

    int rnrRetry = NO_LIMIT;
    boolean remoteReads;
    boolean mayRead;
    private long timedSend = -1;

    Qp(Link link, Domain domain, IbvQPInitAttr attr, CompletionQueue sendCq, CompletionQueue recvCq, int number)
            throws IOException {
        super(number);
        this.link = link;
        this.domain = domain;
        this.sendCq = sendCq;
        this.recvCq = recvCq;
        this.number = number;
        this.context = domain.device();
        this.pd = domain;
        this.send_cq = sendCq;
        this.recv_cq = recvCq;
        this.qp_type = IBV_QPT_RC;
        this.state = IBV_QPS_INIT;
        signalAll = attr.getSq_sig_all() != 0;
        sends = new SendArray(
                Math.max(1, attr.cap().getMax_send_wr()), Math.max(1, attr.cap().getMax_send_sge()));
        receives = new ReceiveArray(
                Math.max(1, attr.cap().getMax_recv_wr()), Math.max(1, attr.cap().getMax_recv_sge()));
        maxInline = attr.cap().getMax_inline_data();
        inlineData = Arena.ofAuto().allocate(Math.max(1L, (long) maxInline * sends.count));
    }

    @Override
    public void retire(boolean send, long sequence) {
        if (send) {
            sendsRetired.setRelease(sequence + 1); // who posts next knows of the completion
        } else {
            receivesRetired.setRelease(sequence + 1); // who posts next knows of the completion
        }
    }

    @Override
    public int number() {
        return number;
    }

    @Override
    public int postSends(SendArray from, int first, int count, Posted posted) {
        synchronized (link) {
            for (int i = 0; i < count; i++) {
                int errno = postSend(from, first + i);
                if (errno != 0) {
                    posted.bad = first + i;
                    return errno;
                }
            }
            return 0;
        }
    }

    private int postSend(SendArray from, int wr) {
        if (state != IBV_QPS_RTS && state != IBV_QPS_ERR) {
            return Errno.EINVAL;
        }
        if (sendsPosted - sendsRetired.getAcquire() >= sends.count) {
            return Errno.ENOMEM;
        }
        boolean inline = isInline(from, wr);
        if (from.numSge[wr] > sends.maxSge || !knownOpcode(from, wr) || (inline && from.total(wr) > maxInline)) {
            return Errno.EINVAL;
        }
        long sequence = sendsPosted++;
        if (state == IBV_QPS_ERR) {
            sendsDone = sendsPosted;
            completeSend(from, wr, sequence, Status.WR_FLUSH_ERR, 0, true);
            return 0;
        }
        if (sendsDone == sequence && Transfer.execute(this, from, wr, sequence)) {
            if (sendsDone == sequence) {
                sendsDone = sequence + 1;
            }
            return 0;
        }
        int slot = (int) (sequence % sends.count);
        sends.copySend(from, wr, slot);
        if (inline && !keepInline(slot)) {
            sendsPosted = sequence;
            return Errno.EFAULT;
        }
        return 0;
    }

    static boolean isInline(SendArray array, int wr) {
        return (array.flags[wr] & IbvSendWR.IBV_SEND_INLINE) != 0;
    }

    private static boolean knownOpcode(SendArray from, int wr) {
        int opcode = from.opcode[wr];
        return opcode >= WrOpcode.RDMA_WRITE
                && opcode <= WrOpcode.SEND_WITH_INV
                && (opcode != WrOpcode.BIND_MW || from.window[wr] != null);
    }

    private boolean keepInline(int slot) {
        long start = (long) slot * maxInline;
        long at = start;
        for (int i = 0; i < sends.numSge[slot]; i++) {
            long length = sends.length(slot, i);
            if (!Memory.copyFrom(sends.address(slot, i), inlineData, at, length)) {
                return false;
            }
            at += length;
        }
        sends.setSge(slot, 0, inlineData.address() + start, (int) (at - start), 0);
        sends.setNumSge(slot, Math.min(1, sends.numSge[slot]));
        return true;
    }

    @Override
    public int postReceives(ReceiveArray from, int first, int count, Posted posted) {
        synchronized (link) {
            int errno = 0;
            for (int i = 0; i < count && errno == 0; i++) {
                errno = postReceive(from, first + i);
                if (errno != 0) {
                    posted.bad = first + i;
                }
            }
            Qp other = peer;
            if (other != null) {
                other.resume();
            }
            return errno;
        }
    }

    private int postReceive(ReceiveArray from, int wr) {
        if (state == IBV_QPS_RESET || from.numSge[wr] > receives.maxSge) {
            return Errno.EINVAL;
        }
        if (receivesPosted - receivesRetired.getAcquire() >= receives.count) {
            return Errno.ENOMEM;
        }
        long sequence = receivesPosted++;
        if (state == IBV_QPS_ERR) {
            receivesTaken = receivesPosted;
            recvCq.push(this, false, sequence, from.wrId[wr], Status.WR_FLUSH_ERR, 0, 0, 0, 0, true);
        } else {
            receives.copyReceive(from, wr, (int) (sequence % receives.count));
        }
        return 0;
    }

    /** Executes what waits, as far as it can be now. */
    void resume() {
        while (state == IBV_QPS_RTS && sendsDone < sendsPosted) {
            long sequence = sendsDone;
            if (!Transfer.execute(this, sends, (int) (sequence % sends.count), sequence)) {
                return;
            }
            if (sendsDone == sequence) {
                sendsDone = sequence + 1;
            }
        }
    }

    /** The slot of the oldest receive, or -1. */
    int peekReceive() {
        return receivesTaken == receivesPosted ? -1 : (int) (receivesTaken % receives.count);
    }

    /** Completes the oldest receive. */
    void completeReceive(int status, int opcode, int length, int rawImm, int flags, boolean solicited) {
        long sequence = receivesTaken++;
        long id = receives.wrId[(int) (sequence % receives.count)];
        recvCq.push(this, false, sequence, id, status, opcode, length, rawImm, flags, solicited);
    }

    /** Reports a send that was executed: failures always, successes if asked for. */
    void completeSend(SendArray from, int wr, long sequence, int status, int opcode, boolean force) {
        if (force || signalAll || (from.flags[wr] & IbvSendWR.IBV_SEND_SIGNALED) != 0) {
            int length = opcode == WrOpcode.WC_BIND_MW || opcode == WrOpcode.WC_LOCAL_INV ? 0 : (int) from.total(wr);
            sendCq.push(this, true, sequence, from.wrId[wr], status, opcode, length, 0, 0, false);
        }
    }

    /** The send failed: it completes with {@code status}, everything else is flushed. */
    void failSend(SendArray from, int wr, long sequence, int status) {
        completeSend(from, wr, sequence, status, 0, true);
        sendsDone = sequence + 1;
        toError();
    }

    /** Moves to the error state and flushes both queues. */
    void toError() {
        if (state == IBV_QPS_ERR || state == IBV_QPS_RESET) {
            return;
        }
        state = IBV_QPS_ERR;
        while (receivesTaken < receivesPosted) {
            completeReceive(Status.WR_FLUSH_ERR, 0, 0, 0, 0, true);
        }
        while (sendsDone < sendsPosted) {
            long sequence = sendsDone++;
            completeSend(sends, (int) (sequence % sends.count), sequence, Status.WR_FLUSH_ERR, 0, true);
        }
    }

    /** The connection is up. */
    void ready() {
        if (state == IBV_QPS_INIT) {
            state = IBV_QPS_RTS;
        }
    }

    /** Destroyed: nothing is reported any more. */
    void reset() {
        state = IBV_QPS_RESET;
        sendsDone = sendsPosted;
        receivesTaken = receivesPosted;
    }

    boolean isReady() {
        return state == IBV_QPS_RTS;
    }

    /** Fails the oldest waiting send after a time, unless it was executed by then; at once if the time is 0. */
    boolean expire(long sequence, int status, long delayMs) {
        if (delayMs > 0) {
            if (timedSend != sequence) {
                timedSend = sequence;
                Timers.after(delayMs, () -> expired(sequence, status));
            }
            return false;
        }
        return true;
    }

    private void expired(long sequence, int status) {
        synchronized (link) {
            if (sequence == sendsDone && !link.cut) {
                failOldest(status);
            }
        }
    }

    /** Fails the oldest waiting send, if there is one. */
    void failOldest(int status) {
        if (state == IBV_QPS_RTS && sendsDone < sendsPosted) {
            failSend(sends, (int) (sendsDone % sends.count), sendsDone, status);
        }
    }

    @Override
    public int getState() {
        synchronized (link) {
            return state;
        }
    }

    @Override
    public VerbsProvider provider() {
        return domain.provider();
    }
}
