package io.rtrs.soft.roce.driver;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import com.ibm.disni.verbs.SVCPollCq;
import com.ibm.disni.verbs.SVCReqNotify;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.CompletionChannel;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.WrOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A provider of its own, which sockets separate from others as processes are separated. */
final class Node implements AutoCloseable {
    static final int PATIENCE_MS = 60_000;
    static final int DEPTH = 32;
    static final int BACKLOG = 8;

    final SoftRoceProvider provider;
    final ExtendedCm cm;
    final ExtendedVerbs verbs;
    final RdmaEventChannel events;

    /** On the machine's network. */
    Node() throws IOException {
        this(new SoftRoceProvider());
    }

    Node(SoftRoceProvider provider) throws IOException {
        this.provider = provider;
        cm = provider.cm();
        verbs = provider.verbs();
        events = cm.createEventChannel();
    }

    RdmaCmId listen(InetAddress address) throws IOException {
        RdmaCmId id = cm.createId(events, (short) 0x106);
        cm.bindAddr(id, new InetSocketAddress(address, 0));
        cm.listen(id, BACKLOG);
        return id;
    }

    /** An id at an address that others may have, too. */
    RdmaCmId reusing(InetSocketAddress address) throws IOException {
        RdmaCmId id = cm.createId(events, (short) 0x106);
        cm.reuseAddress(id);
        cm.bindAddr(id, address);
        return id;
    }

    InetSocketAddress addressOf(RdmaCmId id) throws IOException {
        return (InetSocketAddress) cm.getSrcAddr(id);
    }

    /** An id that asked the destination for a connection. */
    End dial(@Nullable InetSocketAddress source, InetSocketAddress destination) throws IOException {
        RdmaCmId id = cm.createId(events, (short) 0x106);
        cm.resolveAddr(id, source, destination, PATIENCE_MS);
        take(EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        cm.resolveRoute(id, PATIENCE_MS);
        take(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        End end = new End(id);
        cm.connect(id, parameters());
        return end;
    }

    /** Accepts the next request. */
    End accept() throws IOException {
        End end = new End(take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv());
        cm.accept(end.id, parameters());
        return end;
    }

    private static ConnParam parameters() throws IOException {
        ConnParam parameters = new ConnParam();
        parameters.setRetry_count((byte) 7);
        parameters.setRnr_retry_count((byte) 7);
        return parameters;
    }

    CmEvent take(EventType type) throws IOException {
        CmEvent event = (CmEvent) cm.getCmEvent(events, PATIENCE_MS);
        if (event == null) {
            throw new AssertionError("no event came; expected " + type);
        }
        cm.ackCmEvent(event);
        if (event.type() != type) {
            throw new AssertionError(event.type() + " with status " + event.getStatus() + "; expected " + type);
        }
        return event;
    }

    @Override
    public void close() throws IOException {
        cm.destroyEventChannel(events);
    }

    /** One end of a connection; messages carry an immediate and no data. */
    final class End {
        final RdmaCmId id;
        private final IbvPd pd;
        final CompletionChannel channel;
        private final IbvCQ cq;
        private final IbvQP qp;
        private final IbvWC[] completions = {new IbvWC()};
        private final SVCPollCq poll;
        private final SVCReqNotify arm;

        End(RdmaCmId id) throws IOException {
            this.id = id;
            pd = verbs.allocPd(id.getVerbs());
            channel = (CompletionChannel) verbs.createCompChannel(id.getVerbs());
            cq = verbs.createCQ(id.getVerbs(), channel, 2 * DEPTH, 0);
            IbvQPInitAttr attr = new IbvQPInitAttr();
            attr.setQp_type(IbvQP.IBV_QPT_RC);
            attr.setSend_cq(cq);
            attr.setRecv_cq(cq);
            attr.cap().setMax_send_wr(DEPTH);
            attr.cap().setMax_recv_wr(DEPTH);
            qp = cm.createQP(id, pd, attr);
            poll = verbs.pollCQ(cq, completions, 1);
            arm = verbs.reqNotifyCQ(cq, false);
        }

        int qpn() throws IOException {
            return qp.getQp_num();
        }

        void send(int imm) throws IOException {
            mustPost(verbs.postSend(qp, 1, 0)
                    .opcode(0, WrOpcode.SEND_WITH_IMM)
                    .flags(0, IbvSendWR.IBV_SEND_SIGNALED)
                    .imm(0, imm)
                    .post(0, 1));
        }

        void receive() throws IOException {
            mustPost(verbs.postRecv(qp, 1, 0).post(0, 1));
        }

        private static void mustPost(int errno) {
            if (errno != 0) {
                throw new AssertionError("errno " + errno);
            }
        }

        /** The next completion, waited for as event loops do. */
        IbvWC next() throws IOException {
            while (poll.execute().getPolls() == 0) {
                arm.execute();
                if (poll.execute().getPolls() != 0) {
                    break;
                }
                if (!channel.await(PATIENCE_MS * 1_000_000L)) {
                    throw new AssertionError("no completion came");
                }
            }
            return completions[0];
        }

        void close() throws IOException {
            cm.destroyQP(id);
            cm.destroyCmId(id);
            verbs.destroyCQ(cq);
            verbs.destroyCompChannel(channel);
            verbs.deallocPd(pd);
        }
    }
}
