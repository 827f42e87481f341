package io.rtrs.interop.contract;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCReqNotify;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.PostSend;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One side of a connection: an id with a queue pair, a completion queue, a domain and a region. */
final class Endpoint {
    static final int SIGNALED = IbvSendWR.IBV_SEND_SIGNALED;

    /** Local write, remote write, remote read, remote atomic, window binding. */
    static final int ALL_ACCESS = 0x1f;

    static final int REMOTE_WRITE = 2;
    static final int REGION_BYTES = 1 << 16;

    final RdmaCmId id;
    final IbvPd pd;
    final CompletionChannel channel;
    final IbvCQ cq;
    final IbvQP qp;
    final MemoryRegion region;
    final MemorySegment memory;
    final SVCReqNotify arm;
    private final boolean ownsPd;
    private final ExtendedVerbs verbs = Subject.verbs();
    private final IbvWC[] completion = {new IbvWC()};
    private final SVCPollCq poll;

    Endpoint(RdmaCmId id, IbvPd shared, int depth, Arena arena) throws IOException {
        this.id = id;
        ownsPd = shared == null;
        pd = ownsPd ? verbs.allocPd(id.getVerbs()) : shared;
        channel = (CompletionChannel) verbs.createCompChannel(id.getVerbs());
        cq = verbs.createCQ(id.getVerbs(), channel, 2 * depth, 0);
        IbvQPInitAttr attr = new IbvQPInitAttr();
        attr.setQp_type(IbvQP.IBV_QPT_RC);
        attr.setSend_cq(cq);
        attr.setRecv_cq(cq);
        attr.cap().setMax_send_wr(depth);
        attr.cap().setMax_recv_wr(depth);
        attr.cap().setMax_send_sge(4);
        attr.cap().setMax_recv_sge(4);
        attr.cap().setMax_inline_data(16);
        qp = Subject.cm().createQP(id, pd, attr);
        memory = arena.allocate(REGION_BYTES, 4096);
        region = verbs.regMr(pd, memory, ALL_ACCESS);
        poll = verbs.pollCQ(cq, completion, 1);
        arm = verbs.reqNotifyCQ(cq, false);
    }

    /** One work request of {@code length} bytes from the start of the region. */
    PostSend request(int opcode, int flags, long wrId, int length) throws IOException {
        return verbs.postSend(qp, 1, 1)
                .opcode(0, opcode)
                .flags(0, flags)
                .wrId(0, wrId)
                .sge(0, 0, region.getAddr(), length, region.getLkey())
                .numSge(0, length == 0 ? 0 : 1);
    }

    void send(int opcode, int flags, long wrId, int length) throws IOException {
        mustPost(request(opcode, flags, wrId, length).post(0, 1));
    }

    /** An RDMA request of {@code length} bytes to an address of the other side. */
    void rdma(int opcode, int flags, long wrId, int length, long address, int rkey) throws IOException {
        mustPost(request(opcode, flags, wrId, length).remote(0, address, rkey).post(0, 1));
    }

    /** A receive at the start of the region. */
    void receive(long wrId, int length) throws IOException {
        receive(wrId, 0, length, region.getLkey());
    }

    void receive(long wrId, long offset, int length, int lkey) throws IOException {
        mustPost(verbs.postRecv(qp, 1, 1)
                .wrId(0, wrId)
                .sge(0, 0, region.getAddr() + offset, length, lkey)
                .numSge(0, length == 0 ? 0 : 1)
                .post(0, 1));
    }

    static void mustPost(int errno) {
        if (errno != 0) {
            throw new AssertionError("post failed with errno " + errno);
        }
    }

    /** A completion, if there is one now. */
    IbvWC pollOnce() throws IOException {
        int n = poll.execute().getPolls();
        if (n < 0) {
            throw new AssertionError("poll failed: " + n);
        }
        return n == 0 ? null : completion[0].clone();
    }

    /** The next completion, waited for. */
    IbvWC next() throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(Subject.PATIENCE_S)) {
            IbvWC wc = pollOnce();
            if (wc != null) {
                return wc;
            }
            LockSupport.parkNanos(1_000);
        }
        throw new AssertionError("no completion came");
    }

    List<IbvWC> next(int count) throws IOException {
        List<IbvWC> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(next());
        }
        return all;
    }

    /** The next completion, which must be a success with this id. */
    IbvWC succeeded(long wrId) throws IOException {
        IbvWC wc = next();
        if (wc.getStatus() != Wc.SUCCESS || wc.getWr_id() != wrId) {
            throw new AssertionError("completion of " + wc.getWr_id() + " with status " + wc.getStatus()
                    + "; expected success of " + wrId);
        }
        return wc;
    }

    void close() throws IOException {
        Subject.cm().destroyQP(id);
        Subject.cm().destroyCmId(id);
        verbs.deregMr(region).execute();
        verbs.destroyCQ(cq);
        verbs.destroyCompChannel(channel);
        if (ownsPd) {
            verbs.deallocPd(pd);
        }
    }
}
