package io.rtrs.interop.rtrs;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.SVCPollCq;
import io.rtrs.core.memory.Slab;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One connection of a {@link RawClient}: posts whatever a test wants, sees every completion. */
final class RawConnection {
    static final int QUEUE = 256;
    static final long SEND = 1000;
    static final long RECEIVE = 2000;

    final RdmaCmId id;
    final int cid;
    final IbvPd pd;
    final CompletionChannel channel;
    final IbvCQ cq;
    final IbvQP qp;
    boolean disconnected;
    private final SVCPollCq poll;
    private final IbvWC[] completion = {new IbvWC()};

    RawConnection(RdmaCmId id, int cid, IbvPd pd) throws IOException {
        this.id = id;
        this.cid = cid;
        this.pd = pd;
        channel = (CompletionChannel) Subject.verbs().createCompChannel(id.getVerbs());
        cq = Subject.verbs().createCQ(id.getVerbs(), channel, 2 * QUEUE, 0);
        IbvQPInitAttr attr = new IbvQPInitAttr();
        attr.setQp_type(IbvQP.IBV_QPT_RC);
        attr.setSend_cq(cq);
        attr.setRecv_cq(cq);
        attr.cap().setMax_send_wr(QUEUE);
        attr.cap().setMax_recv_wr(QUEUE);
        attr.cap().setMax_send_sge(1);
        attr.cap().setMax_recv_sge(1);
        qp = Subject.cm().createQP(id, pd, attr);
        poll = Subject.verbs().pollCQ(cq, completion, 1);
    }

    /** Posts a receive; its work id is {@link #RECEIVE} plus the slot. */
    void receive(Slab memory, long offset, int length, int slot) throws IOException {
        mustPost(Subject.verbs()
                .postRecv(qp, 1, 1)
                .wrId(0, RECEIVE + slot)
                .sge(0, 0, memory.address(offset), length, memory.lkey())
                .numSge(0, length == 0 ? 0 : 1)
                .post(0, 1));
    }

    void send(Slab memory, long offset, int length) throws IOException {
        mustPost(Subject.verbs()
                .postSend(qp, 1, 1)
                .opcode(0, WrOpcode.SEND)
                .flags(0, IbvSendWR.IBV_SEND_SIGNALED)
                .wrId(0, SEND)
                .sge(0, 0, memory.address(offset), length, memory.lkey())
                .numSge(0, length == 0 ? 0 : 1)
                .post(0, 1));
    }

    /** An RDMA WRITE WITH IMM; all of a raw client's are signaled. */
    void write(int immediate, Slab memory, long offset, int length, long address, int rkey) throws IOException {
        mustPost(Subject.verbs()
                .postSend(qp, 1, 1)
                .opcode(0, WrOpcode.RDMA_WRITE_WITH_IMM)
                .flags(0, IbvSendWR.IBV_SEND_SIGNALED)
                .wrId(0, SEND)
                .remote(0, address, rkey)
                .imm(0, immediate)
                .sge(0, 0, memory.address(offset), length, memory.lkey())
                .numSge(0, length == 0 ? 0 : 1)
                .post(0, 1));
    }

    /** Binds a type-2 window for the peer to write through; the window's key is the new one. */
    void bind(MemoryWindow window, Slab memory, long offset, int length) throws IOException {
        int rkey = MemoryWindow.nextRkey(window.rkey());
        mustPost(Subject.verbs()
                .postSend(qp, 1, 1)
                .bindWindow(0, window, rkey, memory.region(), memory.address(offset), length, 2)
                .flags(0, IbvSendWR.IBV_SEND_SIGNALED)
                .wrId(0, SEND)
                .post(0, 1));
    }

    private static void mustPost(int errno) {
        if (errno != 0) {
            throw new AssertionError("post failed with errno " + errno);
        }
    }

    /** The next completion of a receive; sends that succeeded are passed over. */
    IbvWC nextReceive() throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(Subject.PATIENCE_S)) {
            int polls = poll.execute().getPolls();
            if (polls < 0) {
                throw new AssertionError("poll failed: " + polls);
            }
            if (polls == 0) {
                LockSupport.parkNanos(1_000);
                continue;
            }
            IbvWC wc = completion[0].clone();
            if (wc.getWr_id() >= RECEIVE) {
                return wc;
            }
            if (wc.getStatus() != 0) {
                throw new AssertionError("a send completed with status " + wc.getStatus());
            }
        }
        throw new AssertionError("nothing arrived on con " + cid);
    }

    void close() throws IOException {
        Subject.cm().destroyQP(id);
        Subject.cm().destroyCmId(id);
        Subject.verbs().destroyCQ(cq);
        Subject.verbs().destroyCompChannel(channel);
    }
}
