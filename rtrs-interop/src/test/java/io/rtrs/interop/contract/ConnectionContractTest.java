package io.rtrs.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;

class ConnectionContractTest extends ContractTest {
    private static final byte[] HELLO = {0, 0, 1, 2, 3};

    private final Arena arena = Arena.ofShared();
    private RdmaEventChannel activeEvents;
    private RdmaEventChannel passiveEvents;

    @BeforeEach
    void openChannels() throws Exception {
        activeEvents = Subject.cm().createEventChannel();
        passiveEvents = Subject.cm().createEventChannel();
    }

    @AfterEach
    void closeChannels() throws Exception {
        Subject.cm().destroyEventChannel(activeEvents);
        Subject.cm().destroyEventChannel(passiveEvents);
        arena.close();
    }

    @Test
    void privateDataArrivesInFullLengthOfTheMessageThatCarriesIt() throws Exception { // spec/rtrs.md 4.2
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        Endpoint active = dial(listener, HELLO);
        CmEvent request = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST);
        assertThat(request.privateData()).isEqualTo(Differences.delivered(HELLO, 56));
        assertThat(request.getListenIdPriv()).isSameAs(listener);
        assertThat(request.getConnIdPriv()).isNotSameAs(listener);
        Endpoint passive = new Endpoint(request.getConnIdPriv(), null, 8, arena);
        byte[] answer = {9, 8, 7};
        Subject.cm().accept(passive.id, parameters(answer));
        CmEvent established = Subject.take(activeEvents, EventType.RDMA_CM_EVENT_ESTABLISHED);
        assertThat(established.privateData()).isEqualTo(Differences.delivered(answer, 196));
        assertThat(established.getConnIdPriv()).isSameAs(active.id);
        assertThat(Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_ESTABLISHED)
                        .getConnIdPriv())
                .isSameAs(passive.id);
        active.close();
        passive.close();
        Subject.cm().destroyCmId(listener);
    }

    @Test
    void aRejectGivesReasonTwentyEightAndItsPrivateData() throws Exception { // spec/rtrs.md 4.2, 5.4
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        Endpoint active = dial(listener, HELLO);
        RdmaCmId asked = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST)
                .getConnIdPriv();
        Subject.cm().reject(asked, new byte[] {5, 6});
        CmEvent rejected = Subject.take(activeEvents, EventType.RDMA_CM_EVENT_REJECTED);
        assertThat(rejected.getStatus()).isEqualTo(28);
        assertThat(rejected.privateData()).isEqualTo(Differences.delivered(new byte[] {5, 6}, 148));
        Subject.cm().destroyCmId(asked);
        active.close();
        Subject.cm().destroyCmId(listener);
    }

    @Test
    void aPortWhereNobodyListensRejectsWithReasonEight() throws Exception {
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        InetSocketAddress address = (InetSocketAddress) Subject.cm().getSrcAddr(listener);
        Subject.cm().destroyCmId(listener);
        RdmaCmId id = ConnectedPair.resolved(activeEvents, address);
        Endpoint active = new Endpoint(id, null, 8, arena);
        Subject.cm().connect(id, parameters(HELLO));
        assertThat(Subject.take(activeEvents, EventType.RDMA_CM_EVENT_REJECTED).getStatus())
                .isEqualTo(8);
        active.close();
    }

    /** What lingers of its connections, as TCP's do for a minute at the side that closed first, is no reason to wait. */
    @Test
    void aPortIsFreeAgainWhenItsListenerAndConnectionsAreGone() throws Exception {
        RdmaCmId first = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        InetSocketAddress address = (InetSocketAddress) Subject.cm().getSrcAddr(first);
        Endpoint active = dial(first, HELLO);
        RdmaCmId asked = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST)
                .getConnIdPriv();
        Endpoint passive = new Endpoint(asked, null, 8, arena);
        Subject.cm().accept(passive.id, parameters(HELLO));
        Subject.take(activeEvents, EventType.RDMA_CM_EVENT_ESTABLISHED);
        Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_ESTABLISHED);
        Subject.cm().disconnect(passive.id);
        Subject.take(activeEvents, EventType.RDMA_CM_EVENT_DISCONNECTED);
        passive.close();
        active.close();
        Subject.cm().destroyCmId(first);
        RdmaCmId again = Subject.cm().createId(passiveEvents, RdmaCm.RDMA_PS_TCP);
        Subject.cm().bindAddr(again, address);
        Subject.cm().listen(again, 64);
        assertThat(Subject.cm().getSrcAddr(again)).isEqualTo(address);
        Subject.cm().destroyCmId(again);
    }

    @Test
    void aListenerGoesOnAfterAReject() throws Exception {
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        for (int i = 0; i < 3; i++) {
            Endpoint active = dial(listener, new byte[] {0, 0, (byte) i});
            CmEvent request = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST);
            assertThat(request.privateData()[2]).isEqualTo((byte) i);
            Subject.cm().reject(request.getConnIdPriv(), new byte[0]);
            Subject.take(activeEvents, EventType.RDMA_CM_EVENT_REJECTED);
            Subject.cm().destroyCmId(request.getConnIdPriv());
            active.close();
        }
        Subject.cm().destroyCmId(listener);
    }

    @Test
    void disconnectFlushesThisSideAndTheOtherHearsIt() throws Exception { // spec/rtrs.md 17.3, 7; spec/rocev2.md 18.76
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.active.receive(1, 64);
            pair.passive.receive(2, 64);
            Subject.cm().disconnect(pair.active.id);
            IbvWC flushed = pair.active.next();
            assertThat(flushed.getWr_id()).isEqualTo(1);
            assertThat(flushed.getStatus()).isEqualTo(Wc.WR_FLUSH_ERR);
            assertThat(Subject.take(pair.passiveEvents, EventType.RDMA_CM_EVENT_DISCONNECTED)
                            .getConnIdPriv())
                    .isSameAs(pair.passive.id);
            Subject.cm().disconnect(pair.passive.id);
            assertThat(pair.passive.next().getStatus()).isEqualTo(Wc.WR_FLUSH_ERR);
            assertThat(Subject.take(pair.activeEvents, EventType.RDMA_CM_EVENT_DISCONNECTED)
                            .getConnIdPriv())
                    .isSameAs(pair.active.id);
        }
    }

    @Test
    void bothSidesMayDisconnectAtOnce() throws Exception { // lessons L11
        try (ConnectedPair pair = ConnectedPair.open()) {
            Subject.cm().disconnect(pair.active.id);
            Subject.cm().disconnect(pair.passive.id);
            Subject.take(pair.activeEvents, EventType.RDMA_CM_EVENT_DISCONNECTED);
            Subject.take(pair.passiveEvents, EventType.RDMA_CM_EVENT_DISCONNECTED);
        }
    }

    @Test
    void dataMayBeSentRightAfterAccept() throws Exception { // spec/rtrs.md 17.3, 5
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        Endpoint active = dial(listener, HELLO);
        active.receive(1, 64);
        RdmaCmId asked = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST)
                .getConnIdPriv();
        Endpoint passive = new Endpoint(asked, null, 8, arena);
        Subject.cm().accept(asked, parameters(HELLO));
        passive.send(WrOpcode.SEND, Endpoint.SIGNALED, 2, 8);
        Subject.take(activeEvents, EventType.RDMA_CM_EVENT_ESTABLISHED);
        active.succeeded(1);
        passive.succeeded(2);
        active.close();
        passive.close();
        Subject.cm().destroyCmId(listener);
    }

    @Test
    void connectionsWorkOverIpv6() throws Exception {
        assumeTrue(Subject.hasIpv6(), "nothing here serves " + Subject.ADDRESS6);
        try (ConnectedPair pair = ConnectedPair.at(Subject.ADDRESS6)) {
            InetSocketAddress source = (InetSocketAddress) Subject.cm().getSrcAddr(pair.active.id);
            assertThat(source.getAddress()).isEqualTo(Subject.ADDRESS6);
            pair.passive.receive(1, 64);
            pair.active.send(WrOpcode.SEND, Endpoint.SIGNALED, 2, 8);
            pair.passive.succeeded(1);
        }
    }

    @Test
    void oneListenerAtTheIpv6WildcardHearsAllAddresses() throws Exception { // spec/rtrs.md 17.3, 12
        assumeTrue(Subject.hasIpv6(), "nothing here serves " + Subject.ADDRESS6);
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, InetAddress.ofLiteral("::"));
        int port = ((InetSocketAddress) Subject.cm().getSrcAddr(listener)).getPort();
        for (InetAddress address : new InetAddress[] {Subject.ADDRESS, Subject.ADDRESS6}) {
            RdmaCmId id = ConnectedPair.resolved(activeEvents, new InetSocketAddress(address, port));
            Endpoint active = new Endpoint(id, null, 8, arena);
            Subject.cm().connect(id, parameters(HELLO));
            RdmaCmId asked = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST)
                    .getConnIdPriv();
            assertThat(((InetSocketAddress) Subject.cm().getSrcAddr(asked)).getAddress())
                    .isEqualTo(address);
            Subject.cm().reject(asked, new byte[0]);
            Subject.take(activeEvents, EventType.RDMA_CM_EVENT_REJECTED);
            Subject.cm().destroyCmId(asked);
            active.close();
        }
        Subject.cm().destroyCmId(listener);
    }

    @Test
    void theSourceAddressIsUsedAndThePeerSeesIt() throws Exception {
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        InetSocketAddress destination = (InetSocketAddress) Subject.cm().getSrcAddr(listener);
        RdmaCmId id = Subject.cm().createId(activeEvents, RdmaCm.RDMA_PS_TCP);
        Subject.cm().resolveAddr(id, new InetSocketAddress(Subject.ADDRESS, 0), destination, 5000);
        Subject.take(activeEvents, EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        InetSocketAddress source = (InetSocketAddress) Subject.cm().getSrcAddr(id);
        assertThat(source.getAddress()).isEqualTo(Subject.ADDRESS);
        assertThat(source.getPort()).isNotZero();
        assertThat(Subject.cm().getDstAddr(id)).isEqualTo(destination);
        Subject.cm().resolveRoute(id, 5000);
        Subject.take(activeEvents, EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        Endpoint active = new Endpoint(id, null, 8, arena);
        Subject.cm().connect(id, parameters(HELLO));
        RdmaCmId asked = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST)
                .getConnIdPriv();
        assertThat(Subject.cm().getDstAddr(asked)).isEqualTo(source);
        assertThat(Subject.cm().getSrcAddr(asked)).isEqualTo(destination);
        Subject.cm().destroyCmId(asked);
        active.close();
        Subject.cm().destroyCmId(listener);
    }

    @Test
    void aPortInUseIsRefused() throws Exception {
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        RdmaCmId second = Subject.cm().createId(passiveEvents, RdmaCm.RDMA_PS_TCP);
        InetSocketAddress taken = (InetSocketAddress) Subject.cm().getSrcAddr(listener);
        assertThatThrownBy(() -> Subject.cm().bindAddr(second, taken))
                .isInstanceOfSatisfying(
                        VerbsException.class, e -> assertThat(e.errno()).isEqualTo(98 /* EADDRINUSE */));
        Subject.cm().destroyCmId(second);
        Subject.cm().destroyCmId(listener);
    }

    @Test
    void aForeignAddressCannotBeBound() throws Exception {
        RdmaCmId id = Subject.cm().createId(passiveEvents, RdmaCm.RDMA_PS_TCP);
        InetSocketAddress foreign = new InetSocketAddress(InetAddress.ofLiteral("203.0.113.1"), 0);
        assertThatThrownBy(() -> Subject.cm().bindAddr(id, foreign))
                .isInstanceOfSatisfying(
                        VerbsException.class, e -> assertThat(e.errno()).isIn(19 /* ENODEV */, 99 /* EADDRNOTAVAIL */));
        Subject.cm().destroyCmId(id);
    }

    @Test
    void privateDataThatDoesNotFitIsRefused() throws Exception {
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        RdmaCmId id = ConnectedPair.resolved(
                activeEvents, (InetSocketAddress) Subject.cm().getSrcAddr(listener));
        Endpoint active = new Endpoint(id, null, 8, arena);
        ConnParam tooMuch = parameters(new byte[Differences.CONNECT_DATA + 1]);
        assertThatThrownBy(() -> Subject.cm().connect(id, tooMuch))
                .isInstanceOfSatisfying(
                        VerbsException.class, e -> assertThat(e.errno()).isEqualTo(22 /* EINVAL */));
        active.close();
        Subject.cm().destroyCmId(listener);
    }

    @Test
    void waitingForAnEventEndsWithItsTime() throws Exception {
        assertThat(Subject.cm().getCmEvent(activeEvents, 1)).isNull();
        assertThat(Subject.cm().getCmEvent(activeEvents, 0)).isNull();
    }

    @Test
    void aWakeupEndsTheWaitForAnEventOnce() throws Exception {
        Subject.cm().wakeup(activeEvents);
        assertThat(Subject.cm().getCmEvent(activeEvents, -1)).isNull();
        assertThat(Subject.cm().getCmEvent(activeEvents, 1)).isNull();
        Thread waker = Thread.ofVirtual().start(() -> wake(activeEvents));
        assertThat(Subject.cm().getCmEvent(activeEvents, -1)).isNull();
        waker.join();
    }

    private static void wake(RdmaEventChannel channel) {
        try {
            Subject.cm().wakeup(channel);
        } catch (VerbsException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void destroyingAnIdThatIsConnectedTellsThePeer() throws Exception {
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        Endpoint active = dial(listener, HELLO);
        RdmaCmId asked = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST)
                .getConnIdPriv();
        Endpoint passive = new Endpoint(asked, null, 8, arena);
        Subject.cm().accept(asked, parameters(HELLO));
        Subject.take(activeEvents, EventType.RDMA_CM_EVENT_ESTABLISHED);
        Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_ESTABLISHED);
        active.close();
        Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_DISCONNECTED);
        passive.close();
        Subject.cm().destroyCmId(listener);
    }

    @Test
    void destroyingAnIdThatWasAskedRejectsTheRequest() throws Exception {
        RdmaCmId listener = ConnectedPair.listen(passiveEvents, Subject.ADDRESS);
        Endpoint active = dial(listener, HELLO);
        RdmaCmId asked = Subject.take(passiveEvents, EventType.RDMA_CM_EVENT_CONNECT_REQUEST)
                .getConnIdPriv();
        Subject.cm().destroyCmId(asked);
        Subject.take(activeEvents, EventType.RDMA_CM_EVENT_REJECTED);
        active.close();
        Subject.cm().destroyCmId(listener);
    }

    /** An endpoint that has asked the listener for a connection. */
    private Endpoint dial(RdmaCmId listener, byte[] privateData) throws IOException {
        RdmaCmId id = ConnectedPair.resolved(
                activeEvents, (InetSocketAddress) Subject.cm().getSrcAddr(listener));
        Endpoint active = new Endpoint(id, null, 8, arena);
        Subject.cm().connect(id, parameters(privateData));
        return active;
    }

    private static ConnParam parameters(byte[] privateData) throws IOException {
        return ConnectedPair.parameters(7, 0).privateData(privateData);
    }
}
