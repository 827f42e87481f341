package io.rtrs.soft.inprocess;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import com.ibm.disni.verbs.SVCPollCq;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.MemoryRegion;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Two connected queue pairs on a provider of their own. */
final class Pair implements AutoCloseable {
    static final int DEPTH = 8;
    static final int ALL_ACCESS = 0x1f;

    final InProcessProvider provider = new InProcessProvider();
    final ExtendedCm cm = provider.cm();
    final ExtendedVerbs verbs = provider.verbs();
    final RdmaEventChannel events = cm.createEventChannel();
    final RdmaCmId listener = cm.createId(events, (short) 0x106);
    final End active;
    final End passive;
    private final Arena arena = Arena.ofShared();

    /** One end. */
    final class End {
        final RdmaCmId id;
        final IbvPd pd;
        final CompletionChannel channel;
        final IbvCQ cq;
        final IbvQP qp;
        final MemoryRegion region;
        private final IbvWC[] completions = {new IbvWC()};
        private final SVCPollCq poll;

        End(RdmaCmId id) throws IOException {
            this.id = id;
            pd = verbs.allocPd(id.getVerbs());
            channel = (CompletionChannel) verbs.createCompChannel(id.getVerbs());
            cq = verbs.createCQ(id.getVerbs(), channel, 4 * DEPTH, 0);
            IbvQPInitAttr attr = new IbvQPInitAttr();
            attr.setQp_type(IbvQP.IBV_QPT_RC);
            attr.setSend_cq(cq);
            attr.setRecv_cq(cq);
            attr.cap().setMax_send_wr(DEPTH);
            attr.cap().setMax_recv_wr(DEPTH);
            attr.cap().setMax_send_sge(2);
            attr.cap().setMax_recv_sge(2);
            attr.cap().setMax_inline_data(16);
            qp = cm.createQP(id, pd, attr);
            region = verbs.regMr(pd, arena.allocate(4096), ALL_ACCESS);
            poll = verbs.pollCQ(cq, completions, 1);
        }

        /** The next completion; there must be one. */
        IbvWC next() throws IOException {
            poll.execute();
            if (poll.getPolls() != 1) {
                throw new AssertionError("no completion: " + poll.getPolls());
            }
            return completions[0].clone();
        }

        List<IbvWC> drain() throws IOException {
            List<IbvWC> all = new ArrayList<>();
            while (poll.execute().getPolls() > 0) {
                all.add(completions[0].clone());
            }
            return all;
        }

        int post(int opcode, int flags, long id, int length, long remote, int rkey) throws IOException {
            return verbs.postSend(qp, 1, 1)
                    .opcode(0, opcode)
                    .flags(0, flags)
                    .wrId(0, id)
                    .remote(0, remote, rkey)
                    .sge(0, 0, region.getAddr(), length, region.getLkey())
                    .numSge(0, length == 0 ? 0 : 1)
                    .post(0, 1);
        }

        int receive(long id, int length) throws IOException {
            return verbs.postRecv(qp, 1, 1)
                    .wrId(0, id)
                    .sge(0, 0, region.getAddr(), length, region.getLkey())
                    .numSge(0, length == 0 ? 0 : 1)
                    .post(0, 1);
        }

        void close() throws IOException {
            cm.destroyQP(id);
            cm.destroyCmId(id);
            verbs.deregMr(region).execute();
            verbs.destroyCQ(cq);
            verbs.destroyCompChannel(channel);
            verbs.deallocPd(pd);
        }
    }

    Pair() throws IOException {
        this(7);
    }

    Pair(int rnrRetry) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        cm.bindAddr(listener, new InetSocketAddress(loopback, 0));
        cm.listen(listener, 8);
        RdmaCmId id = cm.createId(events, (short) 0x106);
        cm.resolveAddr(id, null, cm.getSrcAddr(listener), 1000);
        take(EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        cm.resolveRoute(id, 1000);
        take(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        active = new End(id);
        cm.connect(id, parameters(rnrRetry));
        passive = new End(take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv());
        cm.accept(passive.id, parameters(rnrRetry));
        take(EventType.RDMA_CM_EVENT_ESTABLISHED);
        take(EventType.RDMA_CM_EVENT_ESTABLISHED);
    }

    private static ConnParam parameters(int rnrRetry) {
        ConnParam parameters = new ConnParam().reads(1, 1);
        parameters.setRnr_retry_count((byte) rnrRetry);
        return parameters;
    }

    CmEvent take(EventType type) throws IOException {
        CmEvent event = (CmEvent) Objects.requireNonNull(cm.getCmEvent(events, 0), () -> "no event; want " + type);
        cm.ackCmEvent(event);
        if (event.type() != type) {
            throw new AssertionError(event.type() + " with status " + event.getStatus() + ", not " + type);
        }
        return event;
    }

    @Override
    public void close() throws IOException {
        active.close();
        passive.close();
        cm.destroyCmId(listener);
        cm.destroyEventChannel(events);
        arena.close();
    }
}
