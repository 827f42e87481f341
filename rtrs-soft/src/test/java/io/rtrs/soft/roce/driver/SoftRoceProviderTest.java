package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.verbs.Counter;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.LiveObjects;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Two providers in one JVM are to each other what two processes are. */
@Timeout(180)
class SoftRoceProviderTest {
    /** A network that other runs on this machine do not use meanwhile. */
    private static final String NETWORK = "127." + ThreadLocalRandom.current().nextInt(128, 255) + '.'
            + ThreadLocalRandom.current().nextInt(256) + '.';

    private static final AtomicInteger ADDRESSES = new AtomicInteger();
    private static final LiveObjects NOTHING = new LiveObjects(0, 0, 0, 0, 0, 0, 0, 0);

    /** A loopback address of this test alone: one that was used goes on for its timewait. */
    private final InetAddress address = InetAddress.ofLiteral(NETWORK + ADDRESSES.incrementAndGet());

    @Test
    void twoProcessesOfOneMachineConnectWithoutConfiguration() throws Exception {
        try (TwoNodes nodes = new TwoNodes(address)) {
            InetAddress source = nodes.client.addressOf(nodes.active.id).getAddress();
            assertThat(source.isLoopbackAddress()).isTrue();
            assertThat(source).isNotEqualTo(address);
            nodes.send(75);
        }
    }

    @Test
    void anAddressOfAnotherProcessIsRefusedWithItsHolder() throws Exception {
        try (Node server = new Node();
                Node other = new Node()) {
            RdmaCmId listener = server.listen(address);
            RdmaCmId id = other.cm.createId(other.events, (short) 0x106);
            assertThatThrownBy(() -> other.cm.bindAddr(id, new InetSocketAddress(address, 0)))
                    .hasMessageContaining(address.getHostAddress())
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.errno()).isEqualTo(98 /* EADDRINUSE */));
            other.cm.destroyCmId(id);
            server.cm.destroyCmId(listener);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX) // whose driver hears that nobody has the port
    void whereNoProcessIsTheConnectEndsWithConnectionRefused() throws Exception {
        try (Node client = new Node()) {
            Node.End active = client.dial(null, new InetSocketAddress(address, 1234));
            assertThat(client.take(EventType.RDMA_CM_EVENT_UNREACHABLE).getStatus())
                    .isEqualTo(-111); // ECONNREFUSED
            active.close();
        }
    }

    @Test
    void manyProcessesConnectFromOneAddressToOneServer() throws Exception {
        try (Node server = new Node();
                Node one = new Node();
                Node other = new Node()) {
            RdmaCmId listener = server.listen(address);
            InetSocketAddress source = new InetSocketAddress(InetAddress.ofLiteral(NETWORK + 254), 0);
            List<Node> clients = List.of(one, other);
            List<Node.End> actives = new ArrayList<>();
            List<Node.End> passives = new ArrayList<>();
            for (Node client : clients) {
                actives.add(client.dial(source, server.addressOf(listener)));
                passives.add(server.accept());
                client.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
                server.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
                assertThat(client.addressOf(actives.getLast().id).getAddress()).isEqualTo(source.getAddress());
            }
            for (int i = 0; i < clients.size(); i++) {
                answer(actives.get(i), passives.get(i), i);
                answer(passives.get(i), actives.get(i), 10 + i);
            }
            actives.getFirst().close(); // ends one connection, and not that of the other
            server.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
            answer(actives.getLast(), passives.getLast(), 20);
            passives.getLast().close();
            other.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
            actives.getLast().close();
            passives.getFirst().close();
            server.cm.destroyCmId(listener);
        }
    }

    private static void answer(Node.End from, Node.End to, int number) throws Exception {
        to.receive();
        from.send(number);
        assertThat(Imm.fromRaw(to.next().getImm_data())).isEqualTo(number);
        assertThat(from.next().getStatus()).isZero();
    }

    @Test
    void whoConnectsToThisMachineLeavesItsPortToServers() throws Exception {
        try (Node server = new Node();
                Node client = new Node();
                Node later = new Node()) {
            RdmaCmId listener = server.listen(address);
            InetAddress source = InetAddress.ofLiteral(NETWORK + 253);
            Node.End active = client.dial(new InetSocketAddress(source, 0), server.addressOf(listener));
            Node.End passive = server.accept();
            client.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
            server.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
            RdmaCmId atTheSource = later.listen(source);
            later.cm.destroyCmId(atTheSource);
            active.close();
            server.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
            passive.close();
            server.cm.destroyCmId(listener);
        }
    }

    @Test
    void whatIsSentAgainFromAPortOfItsOwnIsCountedAndNotForgotten() throws Exception {
        CounterSnapshot left;
        SoftRoceProvider client;
        try (TwoNodes nodes = new TwoNodes(address)) {
            client = nodes.client.provider;
            InetAddress source = nodes.client.addressOf(nodes.active.id).getAddress();
            assertThat(LocalAddress.find(source).orElseThrow().obstacle()).isEmpty(); // not at port 4791
            assertThat(client.counters().count(Counter.RETRANSMISSIONS)).isZero();
            nodes.active.send(1); // no receive is posted: not ready, again and again
            await().atMost(Duration.ofSeconds(60)).until(() -> client.counters().count(Counter.RETRANSMISSIONS) > 0);
            assertThat(client.countersByAddress()).containsOnlyKeys(source.getHostAddress());
            nodes.passive.receive();
            nodes.passive.next();
            nodes.active.next();
            left = client.counters();
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> client.countersByAddress().isEmpty());
        for (String name : List.of(Counter.RETRANSMISSIONS, "packets_sent", "link_packets_sent", "cm_established")) {
            assertThat(left.count(name)).as(name).isPositive();
            assertThat(client.counters().count(name)).as(name).isGreaterThanOrEqualTo(left.count(name));
        }
    }

    /** docs/decisions/0008-no-icrc-at-home.md */
    @Test
    void twoProcessesOfOneMachineLeaveTheIcrcOut() throws Exception {
        try (TwoNodes nodes = new TwoNodes(address)) {
            nodes.send(8);
            for (Node node : List.of(nodes.client, nodes.server)) {
                CounterSnapshot counters = node.provider.counters();
                assertThat(counters.count("unsealed")).isPositive().isEqualTo(counters.count("delivered"));
                assertThat(counters.count("bad_icrc")).isZero();
                assertThat(counters.count("foreign")).isZero();
            }
        }
    }

    @Test
    void anAddressIsGivenBackWhenNothingUsesIt() throws Exception {
        LocalAddress local = LocalAddress.find(address).orElseThrow();
        try (Node node = new Node()) {
            RdmaCmId listener = node.listen(address);
            assertThat(local.obstacle()).isPresent();
            node.cm.destroyCmId(listener);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(local.obstacle()).isEmpty());
        }
    }

    @Test
    void addressesBehindTheOneThatRefusesAWildcardListenerAreGivenBack() throws Exception {
        LocalAddress local = LocalAddress.find(address).orElseThrow();
        try (Node node = new Node()) {
            RdmaCmId user = node.cm.createId(node.events, (short) 0x106);
            node.cm.bindAddr(user, new InetSocketAddress(address, 0)); // the wildcard's last
            RdmaCmId first = node.reusing(new InetSocketAddress("0.0.0.0", 0));
            node.cm.listen(first, 1);
            RdmaCmId second = node.reusing(node.addressOf(first));
            assertThatThrownBy(() -> node.cm.listen(second, 1)).hasMessageContaining("was refused");
            node.cm.destroyCmId(second);
            node.cm.destroyCmId(first);
            node.cm.destroyCmId(user);
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(local.obstacle()).isEmpty());
        }
    }

    @Test
    void handlesAreCountedAndNoneIsLeft() throws Exception {
        SoftRoceProvider provider;
        try (Node node = new Node()) {
            provider = node.provider;
            RdmaCmId listener = node.listen(address);
            Node.End active = node.dial(new InetSocketAddress(address, 0), node.addressOf(listener));
            RdmaCmId asked = node.take(EventType.RDMA_CM_EVENT_CONNECT_REQUEST).getConnIdPriv();
            assertThat(provider.liveObjects()).isEqualTo(new LiveObjects(1, 0, 0, 1, 1, 1, 1, 3));
            node.cm.destroyCmId(asked);
            node.take(EventType.RDMA_CM_EVENT_REJECTED);
            active.close();
            node.cm.destroyCmId(listener);
        }
        assertThat(provider.liveObjects()).isEqualTo(NOTHING);
    }

    @Test
    void manyThreadsThatWaitAtOneAddressAreAllServed() throws Exception {
        int pairs = 4;
        int messages = Integer.getInteger("rtrs.test.events", 1_000);
        try (Node node = new Node()) {
            RdmaCmId listener = node.listen(address);
            List<Node.End> actives = new ArrayList<>();
            List<Node.End> passives = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                actives.add(node.dial(new InetSocketAddress(address, 0), node.addressOf(listener)));
                passives.add(node.accept());
                node.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
                node.take(EventType.RDMA_CM_EVENT_ESTABLISHED);
            }
            List<CompletableFuture<Void>> players = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                Node.End active = actives.get(i);
                Node.End passive = passives.get(i);
                players.add(Game.begin(active, messages, () -> {}));
                players.add(Game.answer(passive, messages));
            }
            CompletableFuture.allOf(players.toArray(CompletableFuture[]::new)).join();
            for (int i = 0; i < pairs; i++) {
                actives.get(i).close();
                node.take(EventType.RDMA_CM_EVENT_DISCONNECTED);
                passives.get(i).close();
            }
            node.cm.destroyCmId(listener);
        }
    }

    @Test
    void itIsFoundByNameAndServesLoopback() throws Exception {
        assertThat(VerbsProviders.named("softroce").serves(InetAddress.ofLiteral("127.0.0.1")))
                .isTrue();
        assertThat(VerbsProviders.named("softroce").serves(InetAddress.ofLiteral("203.0.113.1")))
                .isFalse();
    }
}
