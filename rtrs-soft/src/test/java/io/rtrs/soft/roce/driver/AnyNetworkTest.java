package io.rtrs.soft.roce.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.soft.roce.endpoint.Shards;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The whole provider, without a socket: it connects, posts, polls and waits over links in memory. */
@Timeout(300)
class AnyNetworkTest {
    private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.1"); // no machine has it
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.2");

    private final MemoryNetwork network = new MemoryNetwork();

    private TwoNodes connected() throws IOException {
        return new TwoNodes(
                SERVER,
                new Node(new SoftRoceProvider(network.host(SERVER))),
                new Node(new SoftRoceProvider(network.host(CLIENT))));
    }

    @Test
    void messagesPassInMemory() throws Exception {
        try (TwoNodes nodes = connected()) {
            for (int i = 0; i < 1000; i++) {
                nodes.send(i);
            }
        }
        awaitNoOutlets();
    }

    private void awaitNoOutlets() {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(network.outlets(SERVER) + network.outlets(CLIENT))
                        .isZero());
    }

    @Test
    void eachCompletionQueueHasAnOutletOfItsOwnUntilThereAreAsManyAsMayBe() throws Exception {
        try (TwoNodes nodes = connected()) {
            Set<Integer> shards = new HashSet<>(Set.of(Shards.of(nodes.active.qpn())));
            for (int i = 1; i <= Shards.MAX; i++) {
                nodes.connect();
                shards.add(Shards.of(nodes.more.get(2 * i - 2).qpn()));
                assertThat(network.outlets(CLIENT)).isEqualTo(Math.min(i + 1, Shards.MAX));
                assertThat(shards).hasSize(Math.min(i + 1, Shards.MAX));
            }
            for (int i = 0; i < nodes.more.size(); i += 2) {
                TwoNodes.send(nodes.more.get(i), nodes.more.get(i + 1), i);
                TwoNodes.send(nodes.more.get(i + 1), nodes.more.get(i), i);
            }
        }
        awaitNoOutlets();
    }

    /** A process that has no file left for a moment does not have to do with few sockets for ever. */
    @Test
    void anOutletThatWasRefusedIsAskedForAgain() throws Exception {
        network.allow(1);
        try (TwoNodes nodes = connected()) {
            nodes.connect();
            nodes.connect();
            assertThat(network.outlets(CLIENT)).isEqualTo(1);
            network.allow(2);
            nodes.connect();
            assertThat(network.outlets(CLIENT)).isEqualTo(2);
            TwoNodes.send(nodes.more.get(2), nodes.more.get(3), 1);
            TwoNodes.send(nodes.more.get(4), nodes.more.get(5), 2);
        }
        awaitNoOutlets();
    }

    @Test
    void packetsAtTheWrongOutletReachTheirQueuePairAndSoDoesManagement() throws Exception {
        try (TwoNodes nodes = connected()) {
            nodes.connect();
            network.misdirect();
            nodes.connect(); // its datagrams come to the last outlet, and the manager is at the first
            for (int i = 0; i < 1000; i++) {
                TwoNodes.send(nodes.more.get(0), nodes.more.get(1), i);
                TwoNodes.send(nodes.more.get(3), nodes.more.get(2), i);
                nodes.send(i);
            }
        }
        awaitNoOutlets();
    }
}
