package io.rtrs.soft.roce.cm;

import static io.rtrs.soft.roce.cm.TwoNodes.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.wire.Gid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Objects;

/** Two links of which one carries less than the other: the connection gets what both carry. */
class UnequalMtuTest {
    private static final int NOW = 0;

    private static Node node(int host, int maxPathMtu) {
        return new Node(
                new CmIdentity(Gid.ofIpv4(0x0A09_0000 | host), 0x0200_0000_0000_0000L | host, host, maxPathMtu));
    }

    private static ConnectParameters wish(Node passive, int pathMtu) {
        return new ConnectParameters(
                passive.gid, PORT, 40_000, 0x11, 0x111111, pathMtu, 3, 4, 7, 6, 17, false, PrivateData.EMPTY);
    }

    private static void move(Node from, Node to) {
        while (!from.outbox.isEmpty()) {
            to.deliver(from.sent().mad(), from.gid, NOW);
        }
    }

    @ParameterizedTest
    @CsvSource({"4096, 1024, 1024", "1024, 4096, 1024", "8192, 256, 256", "512, 512, 512"})
    void a_connection_has_the_path_mtu_that_both_links_carry(int ours, int theirs, int both) {
        Node active = node(1, ours);
        Node passive = node(2, theirs);
        passive.cm.listen(PORT, true, 0);
        long mine = active.cm.connect(wish(passive, ours), NOW);
        for (int i = 0; i < 2; i++) {
            move(active, passive);
            move(passive, active);
        }
        assertThat(passive.cm.accept(passive.heard().connection(), TwoNodes.with(0x22), NOW))
                .isZero();
        move(passive, active);
        assertThat(active.heard().what()).isEqualTo("ESTABLISHED");
        assertThat(Objects.requireNonNull(active.connected.get(0x11)).pathMtu()).isEqualTo(both);
        assertThat(Objects.requireNonNull(passive.connected.get(0x22)).pathMtu())
                .isEqualTo(both);
        assertThat(active.cm.state(mine)).isEqualTo(ConnectionState.ESTABLISHED);
    }

    @Test
    void a_link_that_carries_less_than_when_it_was_opened_is_agreed_on_with_what_it_carries_now() {
        Node active = node(1, 4096);
        Node passive = node(2, 4096);
        passive.cm.listen(PORT, true, 0);
        passive.cm.carries(1024);
        active.cm.connect(wish(passive, 4096), NOW);
        move(active, passive);
        move(passive, active);
        assertThat(((Req) active.sent().message()).queuePair().pathMtu())
                .as("asks again for 1024")
                .isEqualTo(PathMtu.code(1024));
        active.cm.carries(512);
        assertThat(active.cm.connect(wish(passive, 1024), NOW)).isNegative();
        assertThat(active.cm.connect(wish(passive, 512), NOW)).isPositive();
    }

    @Test
    void a_peer_that_does_not_say_what_it_carries_is_asked_for_less_each_time_and_then_no_more() {
        Node active = node(1, 4096);
        Node passive = node(2, 4096);
        active.cm.connect(wish(passive, 4096), NOW);
        for (int code = 5; code >= 1; code--) {
            Node.Packet asked = active.sent();
            assertThat(((Req) asked.message()).queuePair().pathMtu()).isEqualTo(code);
            refuse(active, passive, asked, 0);
        }
        assertThat(active.outbox).isEmpty();
        assertThat(active.heard())
                .extracting(Node.Heard::what, Node.Heard::status)
                .containsExactly("REJECTED", 26);
    }

    @Test
    void a_refusal_that_comes_twice_is_heeded_once() {
        Node active = node(1, 4096);
        Node passive = node(2, 4096);
        active.cm.connect(wish(passive, 4096), NOW);
        Node.Packet first = active.sent();
        refuse(active, passive, first, 0);
        Node.Packet second = active.sent();
        refuse(active, passive, first, 0);
        assertThat(active.outbox).isEmpty();
        refuse(active, passive, second, 3);
        assertThat(((Req) active.sent().message()).queuePair().pathMtu()).isEqualTo(3);
    }

    private static void refuse(Node active, Node passive, Node.Packet asked, int carried) {
        Rej rej = carried == 0
                ? Rej.of(0, asked.message().localId(), Rej.REQ, 26, PrivateData.EMPTY)
                : Rej.ofPathMtu(asked.message().localId(), carried);
        active.deliver(Node.packet(rej, asked.transaction()).mad(), passive.gid, NOW);
    }
}
