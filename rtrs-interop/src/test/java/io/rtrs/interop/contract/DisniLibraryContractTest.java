package io.rtrs.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ibm.disni.RdmaActiveEndpoint;
import com.ibm.disni.RdmaActiveEndpointGroup;
import com.ibm.disni.RdmaPassiveEndpointGroup;
import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvCompChannel;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCmEvent;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.SVCPollCq;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.DisniProvider;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;

/** What programs written for DiSNI count on, because DiSNI's own library does it, whether its API says so or not. */
class DisniLibraryContractTest extends ContractTest {
    private static final int DEPTH = 16;

    @AfterEach
    void automaticChoice() {
        DisniProvider.setDefault(null);
    }

    // ---- what plain parameters mean

    @Test
    void aConnectionWhoseParametersChooseNothingCanRead() throws Exception {
        try (ConnectedPair pair = ConnectedPair.of(new RdmaConnParam(), new RdmaConnParam())) {
            reads(pair.active, pair.passive);
            reads(pair.passive, pair.active);
        }
    }

    @Test
    void whoChoosesNothingTakesWhatAPeerThatChooseAllows() throws Exception {
        try (ConnectedPair pair = ConnectedPair.of(new RdmaConnParam(), ConnectedPair.parameters(7, 1))) {
            reads(pair.active, pair.passive);
        }
        try (ConnectedPair pair = ConnectedPair.of(ConnectedPair.parameters(7, 1), new RdmaConnParam())) {
            reads(pair.passive, pair.active);
        }
    }

    @Test
    void aQueuePairHasRoomForFourSgesHoweverFewWereAskedFor() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            RdmaCmId id = ConnectedPair.resolved(
                    pair.activeEvents, (InetSocketAddress) Subject.cm().getSrcAddr(pair.listener));
            IbvPd pd = id.getVerbs().allocPd();
            IbvCompChannel channel = id.getVerbs().createCompChannel();
            IbvCQ cq = id.getVerbs().createCQ(channel, 8, 0);
            IbvQPInitAttr attr = attributes(cq, 4);
            id.createQP(pd, attr);
            assertThat(attr.cap().getMax_send_sge()).isGreaterThanOrEqualTo(4);
            assertThat(attr.cap().getMax_recv_sge()).isGreaterThanOrEqualTo(4);
            id.destroyQP();
            id.destroyId();
            cq.destroyCQ();
            channel.destroyCompChannel();
            pd.deallocPd();
        }
    }

    private static void reads(Endpoint from, Endpoint of) throws IOException {
        of.memory.set(ValueLayout.JAVA_LONG, 64, 4711);
        from.memory.set(ValueLayout.JAVA_LONG, 0, 0);
        from.rdma(WrOpcode.RDMA_READ, Endpoint.SIGNALED, 7, 8, of.region.getAddr() + 64, of.region.getRkey());
        from.succeeded(7);
        assertThat(from.memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(4711);
    }

    private static IbvQPInitAttr attributes(IbvCQ cq, int requests) {
        IbvQPInitAttr attr = new IbvQPInitAttr();
        attr.setQp_type(IbvQP.IBV_QPT_RC);
        attr.setSend_cq(cq);
        attr.setRecv_cq(cq);
        attr.cap().setMax_send_wr(requests);
        attr.cap().setMax_recv_wr(requests);
        attr.cap().setMax_send_sge(1);
        attr.cap().setMax_recv_sge(1);
        return attr;
    }

    // ---- the order of destruction

    @Test
    void aCompletionChannelMayBeDestroyedBeforeItsQueues() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            IbvCompChannel channel = pair.active.id.getVerbs().createCompChannel();
            IbvCQ first = pair.active.id.getVerbs().createCQ(channel, 8, 0);
            IbvCQ second = pair.active.id.getVerbs().createCQ(channel, 8, 0);
            first.reqNotification(false).execute();
            assertThat(channel.destroyCompChannel()).isZero();
            assertThatThrownBy(() -> channel.getCqEvent(first, 0)).isInstanceOf(IOException.class);
            assertThatThrownBy(channel::destroyCompChannel).isInstanceOf(IOException.class);
            IbvWC[] none = {new IbvWC()};
            assertThat(first.poll(none, 1).execute().getPolls()).isZero();
            first.destroyCQ();
            second.destroyCQ();
        }
    }

    @Test
    void whatIsInUseIsNotDestroyedAndNothingIsThrown() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            assertThat(pair.active.cq.destroyCQ()).isEqualTo(16 /* EBUSY */);
            assertThat(pair.active.pd.deallocPd()).isEqualTo(16);
            reads(pair);
        }
    }

    private static void reads(ConnectedPair pair) throws IOException {
        pair.passive.receive(1, 64);
        pair.active.send(WrOpcode.SEND, Endpoint.SIGNALED, 2, 8);
        pair.passive.succeeded(1);
        pair.active.succeeded(2);
    }

    // ---- acknowledging

    @Test
    @SuppressWarnings("EnumOrdinal") // DiSNI's event numbers are its enum's ordinals
    void anIdIsDestroyedWhileItsEventIsHandled() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.active.id.disconnect();
            RdmaCmEvent event = pair.passiveEvents.getCmEvent(1000 * Subject.PATIENCE_S);
            assertThat(event.getEvent()).isEqualTo(EventType.RDMA_CM_EVENT_DISCONNECTED.ordinal());
            assertThat(event.getConnIdPriv()).isSameAs(pair.passive.id);
            pair.passive.close(); // with no acknowledgement before
            event.ackEvent();
            pair.passiveGone();
        }
    }

    @Test
    void aListenerIsDestroyedWhileARequestToItIsHandled() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            RdmaCmId listener = ConnectedPair.listen(pair.passiveEvents, Subject.ADDRESS);
            RdmaCmId id = ConnectedPair.resolved(
                    pair.activeEvents, (InetSocketAddress) Subject.cm().getSrcAddr(listener));
            Endpoint asking = new Endpoint(id, null, DEPTH, pair.arena);
            id.connect(new RdmaConnParam());
            RdmaCmEvent event = pair.passiveEvents.getCmEvent(1000 * Subject.PATIENCE_S);
            listener.destroyId();
            event.getConnIdPriv().destroyId();
            event.ackEvent();
            Subject.take(pair.activeEvents, EventType.RDMA_CM_EVENT_REJECTED);
            asking.close();
        }
    }

    /** Rxe shows a message to its receiver before it acknowledges it, so that an answer may overtake there. */
    @Test
    void aSendIsCompleteBeforeItsAnswerIsSeen() throws Exception {
        assumeTrue(Subject.isSoftware(), "rxe may send an answer first");
        int rounds = Integer.getInteger("rtrs.test.rounds", 10_000);
        try (ConnectedPair pair = ConnectedPair.open()) {
            Subject.verbs().acknowledgeFirst(pair.active.qp);
            Subject.verbs().acknowledgeFirst(pair.passive.qp);
            for (int i = 0; i < DEPTH; i++) {
                pair.active.receive(i, 8);
                pair.passive.receive(i, 8);
            }
            Answering answering = new Answering(pair.passive, rounds);
            answering.start();
            int overtaken = ask(pair.active, rounds);
            answering.join();
            assertThat(answering.failure).isNull();
            assertThat(overtaken).isZero();
        }
    }

    /** DEPTH questions are under way until all were asked; how often an answer was seen before its question was complete. */
    private static int ask(Endpoint from, int rounds) throws IOException {
        int posted = 0;
        int sent = 0;
        int answered = 0;
        int overtaken = 0;
        while (posted < DEPTH) {
            from.send(WrOpcode.SEND, Endpoint.SIGNALED, posted++, 8);
        }
        while (answered < rounds || sent < rounds) {
            IbvWC wc = from.next();
            assertThat(wc.getStatus()).isEqualTo(Wc.SUCCESS);
            if (wc.getOpcode() != WrOpcode.WC_RECV) {
                sent++;
                continue;
            }
            answered++;
            overtaken += answered > sent ? 1 : 0;
            if (posted < rounds) {
                from.receive(posted, 8);
                from.send(WrOpcode.SEND, Endpoint.SIGNALED, posted++, 8);
            }
        }
        return overtaken;
    }

    /** Answers each message with one of its own. */
    private static final class Answering extends Thread {
        private final Endpoint at;
        private final int rounds;
        volatile Throwable failure;

        Answering(Endpoint at, int rounds) {
            this.at = at;
            this.rounds = rounds;
        }

        @Override
        public void run() {
            try {
                int posted = 0;
                int sent = 0;
                while (sent < rounds) {
                    IbvWC wc = at.next();
                    if (wc.getOpcode() != WrOpcode.WC_RECV) {
                        sent++;
                        continue;
                    }
                    at.receive(posted, 8);
                    at.send(WrOpcode.SEND, Endpoint.SIGNALED, posted++, 8);
                }
            } catch (IOException | AssertionError e) {
                failure = e;
            }
        }
    }

    // ---- errors

    @Test
    void aDestroyedCompletionQueueCannotBePolled() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            IbvCompChannel channel = pair.active.id.getVerbs().createCompChannel();
            IbvCQ cq = pair.active.id.getVerbs().createCQ(channel, 8, 0);
            IbvWC[] into = {new IbvWC()};
            SVCPollCq poll = cq.poll(into, 1);
            assertThat(poll.execute().getPolls()).isZero();
            cq.destroyCQ();
            assertThatThrownBy(poll::execute).isInstanceOf(IOException.class);
            assertThatThrownBy(poll::execute).isInstanceOf(IOException.class);
            channel.destroyCompChannel();
        }
    }

    /** Rxe drops what does not fit and says so in an asynchronous event alone. */
    @Test
    void anOverrunCompletionQueueGivesWhatItHasAndThenFails() throws Exception {
        assumeTrue(Subject.isSoftware(), "rxe does not tell who polls");
        try (ConnectedPair pair = ConnectedPair.open()) {
            RdmaCmId id = ConnectedPair.resolved(
                    pair.activeEvents, (InetSocketAddress) Subject.cm().getSrcAddr(pair.listener));
            IbvPd pd = id.getVerbs().allocPd();
            IbvCompChannel channel = id.getVerbs().createCompChannel();
            IbvCQ cq = id.getVerbs().createCQ(channel, 1, 0);
            IbvQP qp = id.createQP(pd, attributes(cq, 4));
            for (int i = 0; i < 2; i++) {
                Endpoint.mustPost(Subject.verbs().postRecv(qp, 1, 1).wrId(0, i).post(0, 1));
            }
            Subject.verbs().modifyToError(qp);
            IbvWC[] into = {new IbvWC(), new IbvWC()};
            SVCPollCq poll = cq.poll(into, 2);
            assertThat(poll.execute().getPolls()).isEqualTo(1);
            assertThatThrownBy(poll::execute).isInstanceOf(IOException.class).hasMessageContaining("overran");
            id.destroyQP();
            id.destroyId();
            cq.destroyCQ();
            channel.destroyCompChannel();
            pd.deallocPd();
        }
    }

    @Test
    void closingAnActiveEndpointThatWasNeverConnectedFailsAsWithDisnisLibrary() throws Exception {
        DisniProvider.setDefault(Subject.PROVIDER);
        RdmaActiveEndpointGroup<Idle> group = new RdmaActiveEndpointGroup<>(10, false, 4, 1, 8);
        group.init((id, serverSide) -> new Idle(group, id, serverSide));
        Idle unresolved = group.createEndpoint();
        assertThatThrownBy(unresolved::close).isInstanceOf(IOException.class);
        Idle resolved = group.createEndpoint();
        resolved.getIdPriv().resolveAddr(null, new InetSocketAddress(Subject.ADDRESS, 4711), 1000);
        resolved.awaitAddress();
        assertThatThrownBy(resolved::close).isInstanceOf(IOException.class);
        group.close();
    }

    @Test
    void closingAPassiveEndpointThatWasNeverConnectedWorks() throws Exception {
        DisniProvider.setDefault(Subject.PROVIDER);
        RdmaPassiveEndpointGroup<com.ibm.disni.RdmaEndpoint> group = new RdmaPassiveEndpointGroup<>(10, 4, 1, 8);
        group.init((id, serverSide) -> new com.ibm.disni.RdmaEndpoint(group, id, serverSide) {});
        group.createEndpoint().close();
        group.close();
    }

    /** An endpoint that nobody uses. */
    private static final class Idle extends RdmaActiveEndpoint {
        private boolean resolved;

        Idle(RdmaActiveEndpointGroup<Idle> group, RdmaCmId id, boolean serverSide) throws IOException {
            super(group, id, serverSide);
        }

        @Override
        public void dispatchCqEvent(IbvWC wc) {}

        @Override
        public synchronized void dispatchCmEvent(RdmaCmEvent event) throws IOException {
            super.dispatchCmEvent(event);
            resolved = true;
            notifyAll();
        }

        synchronized void awaitAddress() throws InterruptedException {
            while (!resolved) {
                wait();
            }
        }
    }
}
