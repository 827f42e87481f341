package io.rtrs.interop.wire;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCReqNotify;
import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One end of a connection over the wire: a queue pair, its completions, and one region with room for what goes out, what
 * arrives in receives, what the peer writes and what it reads. Receives are posted from the first moment, and again by
 * {@link #repost}.
 */
final class End implements AutoCloseable {
    static final int SIGNALED = IbvSendWR.IBV_SEND_SIGNALED;

    /** The longest message. */
    static final int LARGEST = 1 << 20;

    /** How many receives are posted, if nothing else is said. */
    static final int RECEIVES = 4;

    static final int SUCCESS = 0;
    static final int FLUSHED = 5;
    static final int REMOTE_ACCESS = 10;

    /** Ids of work requests are this or more; the lower ones are those of the receives. */
    static final long FIRST_REQUEST = 100;

    /** Bytes behind each part that nothing may change. */
    static final int GUARD = 64;

    private static final long PART = LARGEST + 4096;
    private static final int SEND_DEPTH = 64;

    /** Local write, remote write, remote read, remote atomic, window binding. */
    private static final int ALL_ACCESS = 0x1f;

    final RdmaCmId id;
    final MemoryRegion region;
    final IbvPd pd;
    final IbvQP qp;
    final ExtendedVerbs verbs;

    /** What goes out, what the peer writes, what the peer reads. */
    final MemorySegment out;

    final MemorySegment sink;
    final MemorySegment source;

    private final int receives;
    private final ExtendedCm cm;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment received;
    private final CompletionChannel channel;
    private final IbvCQ cq;
    private final SVCReqNotify arm;
    private final IbvWC[] completion = {new IbvWC()};
    private final SVCPollCq poll;
    private final PostSend send;
    private final PostRecv receive;
    private final Deque<IbvWC> sent = new ArrayDeque<>();
    private final Deque<IbvWC> arrived = new ArrayDeque<>();

    End(VerbsProvider provider, RdmaCmId id) throws IOException {
        this(provider, id, RECEIVES);
    }

    /** With so many receives, fewer than {@link #FIRST_REQUEST}. */
    End(VerbsProvider provider, RdmaCmId id, int receives) throws IOException {
        this.id = id;
        this.receives = receives;
        cm = provider.cm();
        verbs = provider.verbs();
        pd = verbs.allocPd(id.getVerbs());
        channel = (CompletionChannel) verbs.createCompChannel(id.getVerbs());
        cq = verbs.createCQ(id.getVerbs(), channel, SEND_DEPTH + receives, 0);
        IbvQPInitAttr attr = new IbvQPInitAttr();
        attr.setQp_type(IbvQP.IBV_QPT_RC);
        attr.setSend_cq(cq);
        attr.setRecv_cq(cq);
        attr.cap().setMax_send_wr(SEND_DEPTH);
        attr.cap().setMax_recv_wr(receives);
        attr.cap().setMax_send_sge(1);
        attr.cap().setMax_recv_sge(1);
        qp = cm.createQP(id, pd, attr);
        MemorySegment memory = arena.allocate(PART * (3 + receives), 4096);
        region = verbs.regMr(pd, memory, ALL_ACCESS);
        out = memory.asSlice(0, PART);
        sink = memory.asSlice(PART, PART);
        source = memory.asSlice(2 * PART, PART);
        received = memory.asSlice(3 * PART);
        poll = verbs.pollCQ(cq, completion, 1);
        arm = verbs.reqNotifyCQ(cq, false);
        send = verbs.postSend(qp, 1, 1);
        receive = verbs.postRecv(qp, 1, 1);
        for (int slot = 0; slot < receives; slot++) {
            repost(slot);
        }
    }

    /** Posts the receive with this number. */
    void repost(long slot) {
        MemorySegment room = arrivedIn(slot, LARGEST + GUARD);
        mustPost(receive.wrId(0, slot)
                .sge(0, 0, room.address(), LARGEST + GUARD, region.getLkey())
                .numSge(0, 1)
                .post(0, 1));
    }

    /** The bytes of a message in the receive with this number. */
    MemorySegment arrivedIn(long slot, long length) {
        return received.asSlice(slot * PART, length);
    }

    /** The one work request, about to be posted: of local bytes. */
    PostSend request(int opcode, long wrId, MemorySegment local) {
        return send.opcode(0, opcode)
                .flags(0, SIGNALED)
                .wrId(0, wrId)
                .sge(0, 0, local.address(), (int) local.byteSize(), region.getLkey())
                .numSge(0, local.byteSize() == 0 ? 0 : 1);
    }

    static void post(PostSend request) {
        mustPost(request.post(0, 1));
    }

    static void mustPost(int errno) {
        if (errno != 0) {
            throw new AssertionError("post failed with errno " + errno);
        }
    }

    /** The next completion of a send, which must be the success of this one. */
    IbvWC sent(long wrId) throws IOException {
        return succeeded(wrId, sent);
    }

    /** The next completion of a receive, which must be a success. */
    IbvWC arrived() throws IOException {
        return succeeded(-1, arrived);
    }

    private IbvWC succeeded(long wrId, Deque<IbvWC> from) throws IOException {
        IbvWC wc = next(from);
        if (wc.getStatus() != SUCCESS || (wrId >= 0 && wc.getWr_id() != wrId)) {
            throw new AssertionError("completion of " + wc.getWr_id() + " with status " + wc.getStatus()
                    + (from == sent ? " of a send" : " of a receive")
                    + (wrId < 0 ? "" : "; expected success of " + wrId));
        }
        return wc;
    }

    IbvWC nextSent() throws IOException {
        return next(sent);
    }

    IbvWC nextArrived() throws IOException {
        return next(arrived);
    }

    private IbvWC next(Deque<IbvWC> from) throws IOException {
        while (from.isEmpty()) {
            if (!poll()) {
                arm.execute();
                if (!poll() && !channel.await(Events.PATIENCE.toNanos())) {
                    throw new AssertionError("no completion came of " + (from == sent ? "a send" : "a receive")
                            + "; the queue pair's state is " + verbs.queryState(qp));
                }
            }
        }
        return from.remove();
    }

    private boolean poll() throws IOException {
        int count = poll.execute().getPolls();
        if (count < 0) {
            throw new AssertionError("poll failed: " + count);
        }
        if (count == 0) {
            return false;
        }
        IbvWC wc = completion[0].clone();
        // A failed completion tells nothing but its id.
        (wc.getWr_id() < receives ? arrived : sent).add(wc);
        return true;
    }

    @Override
    public void close() throws IOException {
        cm.destroyQP(id);
        cm.destroyCmId(id);
        verbs.deregMr(region).execute();
        verbs.destroyCQ(cq);
        verbs.destroyCompChannel(channel);
        verbs.deallocPd(pd);
        arena.close();
    }
}
