package io.rtrs.soft.iwarp.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.soft.iwarp.driver.tcp.LinuxTcp;
import io.rtrs.soft.iwarp.driver.tcp.NioTcp;
import io.rtrs.soft.iwarp.driver.tcp.Tcp;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The provider against plain sockets that say what they like. */
@ParameterizedClass
@ValueSource(strings = {"linux", "nio"})
@Timeout(60)
@SuppressWarnings("try") // who closes a socket twice, or before its block ends, means it
class RawPeersTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final String REQUEST = "4d504120494420526571204672616d65";
    private static final String REPLY = "4d504120494420526570204672616d65";

    @Parameter
    @SuppressWarnings("NullAway.Init") // set before each test
    private String sockets;

    private SoftIwarpProvider provider;
    private ExtendedCm cm;
    private ExtendedVerbs verbs;
    private RdmaEventChannel events;

    @BeforeEach
    void open() throws IOException {
        assumeThat(sockets.equals("nio") || LinuxTcp.missing().isEmpty()).isTrue();
        Tcp tcp = sockets.equals("nio") ? new NioTcp() : new LinuxTcp(40_000);
        provider = new SoftIwarpProvider(new IwarpSettings(sockets, 40_000_000_000L, false, true), tcp);
        cm = provider.cm();
        verbs = provider.verbs();
        events = cm.createEventChannel();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        cm.destroyEventChannel(events);
        assertThat(provider.liveObjects().toString()).doesNotContainPattern("=[1-9]");
    }

    private RdmaCmId listen() throws IOException {
        RdmaCmId id = cm.createId(events, RdmaCm.RDMA_PS_TCP);
        cm.bindAddr(id, new InetSocketAddress(HERE, 0));
        cm.listen(id, 16);
        return id;
    }

    private Socket dial(RdmaCmId listener) throws IOException {
        InetSocketAddress to = (InetSocketAddress) cm.getSrcAddr(listener);
        Socket socket = new Socket(to.getAddress(), to.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(Socket socket, String hex) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(HexFormat.of().parseHex(hex.replace(" ", "")));
        out.flush();
    }

    private static String read(InputStream in, int bytes) throws IOException {
        return HexFormat.of().formatHex(in.readNBytes(bytes));
    }

    /** Whether nothing more comes: FIN or RST. */
    private static boolean isOver(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private CmEvent take(EventType type) throws IOException {
        CmEvent event = (CmEvent) cm.getCmEvent(events, 30_000);
        assertThat(event).as("an event; expected %s", type).isNotNull();
        assertThat(event.type()).as("status %d", event.getStatus()).isEqualTo(type);
        return event;
    }

    private final class Side {
        final RdmaCmId id;
        final IbvPd pd;
        final IbvCQ cq;

        Side(RdmaCmId id) throws IOException {
            this.id = id;
            pd = verbs.allocPd(id.getVerbs());
            cq = verbs.createCQ(id.getVerbs(), null, 16, 0);
            IbvQPInitAttr attr = new IbvQPInitAttr();
            attr.setQp_type(IbvQP.IBV_QPT_RC);
            attr.setSend_cq(cq);
            attr.setRecv_cq(cq);
            attr.cap().setMax_send_wr(4);
            attr.cap().setMax_recv_wr(4);
            attr.cap().setMax_send_sge(1);
            attr.cap().setMax_recv_sge(1);
            cm.createQP(id, pd, attr);
        }

        void close() throws IOException {
            cm.destroyQP(id);
            cm.destroyCmId(id);
            verbs.destroyCQ(cq);
            verbs.deallocPd(pd);
        }
    }

    private Side connect(ServerSocket server, String data) throws IOException {
        RdmaCmId id = cm.createId(events, RdmaCm.RDMA_PS_TCP);
        cm.resolveAddr(id, null, new InetSocketAddress(HERE, server.getLocalPort()), 1000);
        take(EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        cm.resolveRoute(id, 1000);
        take(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        Side side = new Side(id);
        cm.connect(id, new ConnParam().reads(3, 2).privateData(data.getBytes(StandardCharsets.US_ASCII)));
        return side;
    }

    @Test
    void aSiwClientIsAcceptedAndItsFinIsTheEnd() throws Exception { // spec/iwarp.md 25.3, spec/iwarp.md 25.67
        RdmaCmId listener = listen();
        try (Socket siw = dial(listener)) {
            send(siw, REQUEST + "10 02 0008 0003 0002 6f707300"); // ops:4
            CmEvent asked = take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST);
            assertThat(asked.privateData()).isEqualTo(new byte[] {'o', 'p', 's', 0});
            assertThat(asked.getConn().getResponder_resources()).isEqualTo((byte) 2); // spec/iwarp.md 16.3
            assertThat(asked.getConn().getInitiator_depth()).isEqualTo((byte) 3);
            Side side = new Side(asked.getConnIdPriv());
            cm.accept(side.id, new ConnParam().reads(3, 2).privateData(new byte[] {1, 2}));
            take(EventType.RDMA_CM_EVENT_ESTABLISHED);
            assertThat(read(siw.getInputStream(), 26)).isEqualTo(REPLY + "10020006" + "00020003" + "0102");
            siw.shutdownOutput();
            take(EventType.RDMA_CM_EVENT_DISCONNECTED);
            assertThat(isOver(siw)).isTrue();
            side.close();
        }
        cm.destroyCmId(listener);
    }

    @Test
    void aPeersFirstMessageEstablishes() throws Exception { // spec/iwarp.md 25.15
        RdmaCmId listener = listen();
        try (Socket peer = dial(listener)) {
            for (byte one : HexFormat.of().parseHex(REQUEST + "100200048000c001")) {
                peer.getOutputStream().write(one); // spec/iwarp.md 25.8
                peer.getOutputStream().flush();
            }
            Side side = new Side(take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv());
            cm.accept(side.id, new ConnParam());
            assertThat(read(peer.getInputStream(), 24)).isEqualTo(REPLY + "10020004" + "80014000");
            assertThat(cm.getCmEvent(events, 50)).isNull();
            send(
                    peer,
                    "002e 4141 00000000 00000001 00000001 00000000 00000001 0000000000000000 00000000"
                            + "00000001 0000000000000000 00000000");
            take(EventType.RDMA_CM_EVENT_ESTABLISHED);
            assertThat(read(peer.getInputStream(), 20)).startsWith("000ec142");
            cm.disconnect(side.id);
            assertThat(isOver(peer)).isTrue();
            peer.close();
            take(EventType.RDMA_CM_EVENT_DISCONNECTED);
            side.close();
        }
        cm.destroyCmId(listener);
    }

    @Test
    void strangersAreClosedAndTheListenerGoesOn() throws Exception { // spec/iwarp.md 25.5
        RdmaCmId listener = listen();
        String web = HexFormat.of().formatHex("GET / HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        for (String bytes : List.of(
                web,
                "16030102000100",
                REPLY + "10020000",
                REQUEST + "10030000",
                REQUEST + "10020201",
                REQUEST + "10020003000000")) {
            try (Socket stranger = dial(listener)) {
                send(stranger, bytes);
                assertThat(isOver(stranger)).as(bytes).isTrue();
            }
        }
        try (Socket markers = dial(listener)) { // spec/iwarp.md 25.4
            send(markers, REQUEST + "90020004" + "00010001");
            assertThat(read(markers.getInputStream(), 20)).isEqualTo(REPLY + "30020004");
            assertThat(read(markers.getInputStream(), 4)).hasSize(8);
            assertThat(isOver(markers)).isTrue();
        }
        assertThat(cm.getCmEvent(events, 0)).isNull();
        assertThat(provider.counters().count("strangers")).isEqualTo(7);
        try (Socket good = dial(listener)) {
            send(good, REQUEST + "10020004" + "00000000");
            RdmaCmId asked = take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv();
            cm.reject(asked, "go away!".getBytes(StandardCharsets.UTF_8));
            assertThat(read(good.getInputStream(), 32))
                    .startsWith(REPLY + "3002000c")
                    .endsWith("676f206177617921");
            assertThat(isOver(good)).isTrue();
            cm.destroyCmId(asked);
        }
        cm.destroyCmId(listener);
    }

    @Test
    void aSilentPeerIsClosedAfterFiveSeconds() throws Exception { // spec/iwarp.md 25.11, spec/iwarp.md 25.20
        RdmaCmId listener = listen();
        try (Socket silent = dial(listener)) {
            long start = System.nanoTime();
            send(silent, REQUEST);
            assertThat(isOver(silent)).isTrue();
            assertThat(System.nanoTime() - start).isGreaterThan(4_000_000_000L);
        }
        cm.destroyCmId(listener);
    }

    @Test
    void aFloodOfSilentConnectionsKeepsNobodyOut() throws Exception { // spec/iwarp.md 25.20
        RdmaCmId listener = listen();
        List<Socket> flood = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            flood.add(dial(listener));
        }
        try (Socket good = dial(listener)) {
            send(good, REQUEST + "10020004" + "00000000");
            RdmaCmId asked = take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv();
            cm.destroyCmId(asked);
            assertThat(read(good.getInputStream(), 20)).isEqualTo(REPLY + "30020004");
        }
        for (Socket socket : flood) {
            socket.close();
        }
        cm.destroyCmId(listener);
    }

    @Test
    void aRefusalOfAPeerIsTold() throws Exception { // spec/iwarp.md 25.18
        try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
            Side side = connect(server, "reject");
            try (Socket peer = server.accept()) {
                assertThat(read(peer.getInputStream(), 30)).startsWith(REQUEST + "1202000a" + "8002c003");
                send(peer, REPLY + "3002000c" + "00020003" + "676f206177617921"); // reject:6
                CmEvent rejected = take(EventType.RDMA_CM_EVENT_REJECTED);
                assertThat(rejected.getStatus()).isEqualTo(28);
                assertThat(rejected.privateData()).isEqualTo("go away!".getBytes(StandardCharsets.UTF_8));
            }
            side.close();
        }
    }

    @Test
    void whatAPeerAnswersInsteadOfAReplyIsAnError() throws Exception { // spec/iwarp.md 25.5, spec/iwarp.md 16.2
        try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
            Side side = connect(server, "");
            try (Socket peer = server.accept()) {
                peer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                assertThat(take(EventType.RDMA_CM_EVENT_CONNECT_ERROR).getStatus())
                        .isEqualTo(-71);
            }
            side.close();
            Side other = connect(server, "");
            server.accept().close();
            CmEvent hungUp = take(EventType.RDMA_CM_EVENT_REJECTED);
            assertThat(hungUp.getStatus()).isEqualTo(-104);
            other.close();
        }
    }

    @Test
    void anFpduDirectlyBehindTheReplyIsTheStreams() throws Exception { // spec/iwarp.md 25.8
        try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
            Side side = connect(server, "");
            try (Socket peer = server.accept()) {
                peer.getInputStream().readNBytes(24);
                // A Terminate right behind the reply: established first, then over.
                send(
                        peer,
                        REPLY + "10020004" + "80038002"
                                + "0016 4147 00000000 00000002 00000001 00000000 02020000 00000000");
                take(EventType.RDMA_CM_EVENT_ESTABLISHED);
                take(EventType.RDMA_CM_EVENT_DISCONNECTED);
                assertThat(peer.getInputStream().read()).isGreaterThanOrEqualTo(-1);
            }
            side.close();
        }
    }

    @Test
    void aBrokenConnectionIsToldAtOnce() throws Exception { // spec/iwarp.md 25.68
        try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
            Side side = connect(server, "");
            Socket peer = server.accept();
            peer.getInputStream().readNBytes(24);
            send(peer, REPLY + "10020004" + "80038002");
            take(EventType.RDMA_CM_EVENT_ESTABLISHED);
            assertThat(read(peer.getInputStream(), 20))
                    .startsWith("000ec140"); // the first message, spec/iwarp.md 25.16
            peer.setSoLinger(true, 0);
            peer.close();
            take(EventType.RDMA_CM_EVENT_DISCONNECTED);
            assertThat(provider.counters().count("reset")).isOne();
            side.close();
        }
    }

    @Test
    void nobodyListening() throws Exception { // spec/iwarp.md 25.19
        ServerSocket server = new ServerSocket(0, 5, HERE);
        server.close();
        Side side = connect(server, "");
        assertThat(take(EventType.RDMA_CM_EVENT_REJECTED).getStatus()).isEqualTo(8);
        side.close();
    }

    @Test
    void noReplyIsUnreachableAfterTenSeconds() throws Exception { // spec/iwarp.md 25.11
        try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
            Side side = connect(server, "");
            try (Socket peer = server.accept()) {
                assertThat(take(EventType.RDMA_CM_EVENT_UNREACHABLE).getStatus())
                        .isEqualTo(-110);
                assertThat(peer.isConnected()).isTrue();
            }
            side.close();
        }
    }

    @Test
    void twoListenersShareAnAddressByTheirPorts() throws Exception { // spec/iwarp.md 25.70
        RdmaCmId one = listen();
        RdmaCmId two = listen();
        assertThat(cm.getSrcAddr(one)).isNotEqualTo(cm.getSrcAddr(two));
        cm.destroyCmId(one);
        cm.destroyCmId(two);
    }
}
