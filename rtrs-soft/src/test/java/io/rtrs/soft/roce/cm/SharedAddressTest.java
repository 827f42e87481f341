package io.rtrs.soft.roce.cm;

import static io.rtrs.soft.roce.cm.TwoNodes.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Objects;

/** Several nodes of one address: each but one hears at a UDP port of its own, and tells so in its datagrams. */
class SharedAddressTest {
    private static final Gid SHARED = Gid.ofIpv4(0x0A09_0001);
    private static final int ONE = 40_001;
    private static final int OTHER = 40_002;
    private static final int NOW = 0;

    private final Node server = new Node(TwoNodes.identity(2, 0x2000));

    private static Node client(int port, long guid) {
        return new Node(new CmIdentity(SHARED, guid, 0x1000, 4096, port));
    }

    private Node.Packet asked(Node client, int listener) {
        client.cm.connect(
                new ConnectParameters(
                        server.gid, listener, 40_000, 0x11, 0x111111, 1024, 3, 4, 7, 6, 17, false, PrivateData.EMPTY),
                NOW);
        return client.sent();
    }

    private void deliver(Node.Packet packet, int port) {
        server.deliver(packet.mad(), SHARED, port, NOW);
    }

    /** A connection from a port; what the server knows of its queue pair. */
    private QueuePairAttributes connect(Node client, int port, int qpn) {
        deliver(asked(client, PORT), port);
        server.cm.accept(server.heard().connection(), TwoNodes.with(qpn), NOW);
        Node.Packet reply = server.sent();
        assertThat(reply.message()).isInstanceOf(Rep.class);
        assertThat(reply.to()).isEqualTo(new RoceAddress(SHARED, port));
        client.deliver(reply.mad(), server.gid, NOW);
        deliver(client.sent(), port);
        assertThat(server.heard().what()).isEqualTo("ESTABLISHED");
        return Objects.requireNonNull(server.connected.get(qpn));
    }

    @Test
    void answers_and_packets_go_to_the_port_of_who_says_that_it_has_one() {
        server.cm.listen(PORT, true, 0);
        assertThat(connect(client(ONE, 1), ONE, 0x22).peer()).isEqualTo(new RoceAddress(SHARED, ONE));
    }

    @Test
    void each_side_learns_what_the_other_tells_of_its_buffer() { // docs/decisions/0005
        server.cm.listen(PORT, true, 0);
        for (int port : new int[] {ONE, RoceAddress.ROCE_PORT}) {
            Node client = new Node(new CmIdentity(SHARED, port, 0x1000, 4096, port, 1 << 20));
            assertThat(connect(client, port, 0x22 + port).told().receiveBytes()).isEqualTo(1 << 20);
            assertThat(Objects.requireNonNull(client.connected.get(0x11)).told().receiveBytes())
                    .as("the server is an older one")
                    .isZero();
        }
        assertThat(connect(client(OTHER, 1), OTHER, 0x44).told().receiveBytes()).isZero();
    }

    @Test
    void a_refusal_goes_there_too() {
        deliver(asked(client(ONE, 1), PORT), ONE);
        Node.Packet refusal = server.sent();
        assertThat(refusal.message()).isInstanceOf(Rej.class);
        assertThat(refusal.to()).isEqualTo(new RoceAddress(SHARED, ONE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 53, 1023})
    void nobody_is_answered_at_a_port_of_another_service(int port) {
        server.cm.listen(PORT, true, 0);
        deliver(asked(client(port, 1), PORT), port);
        assertThat(server.outbox).isEmpty();
        assertThat(server.events).isEmpty();
        assertThat(server.cm.counter(CmCounter.RESERVED_PORT)).isOne();
    }

    @Test
    void the_lowest_port_of_others_is_answered() {
        deliver(asked(client(1024, 1), PORT), 1024);
        assertThat(server.sent().to()).isEqualTo(new RoceAddress(SHARED, 1024));
    }

    @Test
    void who_says_nothing_is_answered_at_the_port_that_every_node_has() {
        deliver(asked(client(RoceAddress.ROCE_PORT, 1), PORT), 55_410);
        assertThat(server.sent().to()).isEqualTo(RoceAddress.of(SHARED));
    }

    @Test
    void nothing_of_a_datagram_changes_for_nodes_that_have_the_port() {
        byte[] plain = asked(client(RoceAddress.ROCE_PORT, 1), PORT).mad().toArray(Layouts.U8);
        byte[] own = asked(client(ONE, 1), PORT).mad().toArray(Layouts.U8);
        assertThat(new byte[] {plain[18], plain[19]}).containsOnly(0);
        own[18] = 0; // the reserved field of the header
        own[19] = 0;
        assertThat(own).isEqualTo(plain);
    }

    @Test
    void two_ports_of_one_address_are_two_peers_whatever_else_is_alike() {
        server.cm.listen(PORT, true, 0);
        Node one = client(ONE, 1);
        Node other = client(OTHER, 1); // the same GUID, ids and queue pair
        assertThat(connect(one, ONE, 0x22).peer()).isEqualTo(new RoceAddress(SHARED, ONE));
        assertThat(connect(other, OTHER, 0x33).peer()).isEqualTo(new RoceAddress(SHARED, OTHER));
        assertThat(server.failed).isEmpty();

        one.cm.disconnect(0x1000, NOW);
        Node.Packet end = one.sent();
        assertThat(end.message()).isInstanceOf(Dreq.class);
        deliver(end, OTHER); // as if the other had sent it
        assertThat(server.events).isEmpty();
        assertThat(server.cm.counter(CmCounter.FOREIGN)).isEqualTo(1);
        deliver(end, ONE);
        assertThat(server.heard().what()).isEqualTo("DISCONNECTED");
    }
}
