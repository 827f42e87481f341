package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.soft.Ambient;
import io.rtrs.soft.roce.endpoint.Endpoint;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.Imm;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A provider that is driven by hand: no thread, and no time but what the caller says. */
class InvokedProviderTest {
    private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.2");

    private final MemoryNetwork network = new MemoryNetwork();
    private final Random random = new Random(1);
    private long nowNs = -5; // of any sign

    private Node node(InetAddress address) throws IOException {
        Ambient byHand = Ambient.invoked(() -> nowNs, random);
        return new Node(new SoftRoceProvider(network.host(address), byHand));
    }

    private final Node server = node(SERVER);
    private final Node client = node(CLIENT);

    InvokedProviderTest() throws IOException {}

    /** Turns both until nothing is left to do at this time. */
    private void turn() {
        boolean more = true;
        for (int i = 0; i < 1000 && more; i++) {
            boolean served = server.provider.turn();
            more = client.provider.turn() || served || i < 10;
        }
        assertThat(more).isFalse();
    }

    /** Lets time jump from deadline to deadline, for so long. */
    private void pass(long ns) {
        long untilNs = nowNs + ns;
        while (nowNs < untilNs) {
            turn();
            nowNs = Math.min(untilNs, Math.min(deadline(server), deadline(client)));
        }
    }

    private static long deadline(Node node) {
        long at = node.provider.nextDeadlineNs();
        return at == Endpoint.NO_DEADLINE ? Long.MAX_VALUE : at;
    }

    private CmEvent take(Node node, EventType type) throws IOException {
        turn();
        CmEvent event = (CmEvent) node.cm.getCmEvent(node.events, 0);
        assertThat(event).isNotNull();
        node.cm.ackCmEvent(event);
        assertThat(event.type()).isEqualTo(type);
        return event;
    }

    @Test
    void connectsSendsAndIsUnusedAfterTimewaitWithoutAnyThread() throws IOException {
        RdmaCmId listener = server.listen(SERVER);
        RdmaCmId id = client.cm.createId(client.events, (short) 0x106);
        client.cm.resolveAddr(id, null, server.addressOf(listener), 1000);
        take(client, EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        client.cm.resolveRoute(id, 1000);
        take(client, EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        Node.End active = client.new End(id);
        client.cm.connect(id, patient());
        Node.End passive = server
        .new End(take(server, EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv());
        passive.receive();
        server.cm.accept(passive.id, patient());
        take(client, EventType.RDMA_CM_EVENT_ESTABLISHED);
        take(server, EventType.RDMA_CM_EVENT_ESTABLISHED);

        active.send(77);
        turn();
        assertThat(Imm.fromRaw(passive.next().getImm_data())).isEqualTo(77);
        pass(TimeUnit.MILLISECONDS.toNanos(10)); // for the acknowledgement that waits for company
        assertThat(active.next().getStatus()).isZero();

        client.cm.disconnect(active.id);
        take(server, EventType.RDMA_CM_EVENT_DISCONNECTED);
        server.cm.disconnect(passive.id);
        take(client, EventType.RDMA_CM_EVENT_DISCONNECTED);
        active.close();
        passive.close();
        server.cm.destroyCmId(listener);
        assertThat(client.provider.isUnused()).isFalse(); // timewait
        pass(TimeUnit.SECONDS.toNanos(10));
        assertThat(client.provider.isUnused()).isTrue();
        assertThat(server.provider.isUnused()).isTrue();
        assertThat(network.outlets(SERVER) + network.outlets(CLIENT)).isZero();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().contains(SERVER.getHostAddress()));
    }

    @Test
    void nobodyAnswersAndVirtualSecondsLaterTheConnectHasEnded() throws IOException {
        RdmaCmId id = client.cm.createId(client.events, (short) 0x106);
        client.cm.resolveAddr(id, null, new InetSocketAddress(SERVER, 1), 1000);
        take(client, EventType.RDMA_CM_EVENT_ADDR_RESOLVED);
        client.cm.resolveRoute(id, 1000);
        take(client, EventType.RDMA_CM_EVENT_ROUTE_RESOLVED);
        Node.End end = client.new End(id);
        client.cm.connect(id, patient());
        pass(TimeUnit.SECONDS.toNanos(60));
        take(client, EventType.RDMA_CM_EVENT_UNREACHABLE);
        end.close();
    }

    private static ConnParam patient() throws IOException {
        ConnParam parameters = new ConnParam();
        parameters.setRetry_count((byte) 7);
        parameters.setRnr_retry_count((byte) 7);
        return parameters;
    }
}
