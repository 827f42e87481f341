package io.rtrs.soft.roce.cm;

import static io.rtrs.soft.roce.cm.TwoNodes.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.wire.Gid;
import org.junit.jupiter.api.Test;

/** Whose connection it is when numbers come again (spec/rocev2.md 13.1, 13.8). */
class IdentityTest {
    private static final Gid LIAR = Gid.ofIpv4(0x7F00_0009);

    private final TwoNodes net = new TwoNodes();
    private final Node active = net.active;
    private final Node passive = net.passive;

    @Test
    void a_duplicate_request_of_a_live_connection_changes_nothing() { // spec/rocev2.md 18.78
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        Node.Packet req = active.outbox.element();
        net.run();
        passive.cm.accept(passive.heard().connection(), TwoNodes.with(0x22), net.nowNs);
        net.run();
        passive.heard();
        passive.deliver(req.mad(), active.gid, net.nowNs);
        assertThat(passive.outbox).isEmpty();
        assertThat(passive.events).isEmpty();
        assertThat(passive.cm.connections()).isOne();
    }

    @Test
    void the_same_request_once_more_after_the_end_is_stale_but_the_id_may_be_used_anew() { // 13.3, 13.8
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        Node.Packet late = active.outbox.element();
        net.run();
        long its = passive.heard().connection();
        passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs);
        net.run();
        passive.heard();
        active.cm.disconnect(0x1000, net.nowNs);
        net.run();
        passive.cm.disconnect(its, net.nowNs);
        net.run();
        passive.events.clear();
        passive.deliver(late.mad(), active.gid, net.nowNs);
        assertThat(((Rej) passive.sent().message()).reason()).isEqualTo(10);
        Node successor = new Node(TwoNodes.identity(1, 0x1000)); // the same GUID and id, another PSN
        successor.cm.connect(to(passive.gid, 0x11), net.nowNs);
        passive.deliver(successor.sent().mad(), active.gid, net.nowNs);
        assertThat(passive.heard().what()).isEqualTo("CONNECT_REQUEST");
    }

    @Test
    void a_queue_pair_used_anew_ends_the_old_connection() { // spec/rocev2.md 18.77, 18.79
        long[] ids = net.established();
        Node successor = new Node(TwoNodes.identity(1, 0x9000)); // the process was started again
        long second = successor.cm.connect(net.to(PORT, 0x11), net.nowNs);
        passive.deliver(successor.sent().mad(), active.gid, net.nowNs);
        assertThat(passive.outbox)
                .extracting(packet -> packet.message().attribute())
                .containsExactly(0x12, 0x15);
        successor.deliver(passive.sent().mad(), passive.gid, net.nowNs);
        assertThat(successor.heard())
                .extracting(Node.Heard::what, Node.Heard::status)
                .containsExactly("REJECTED", 10);
        assertThat(successor.cm.state(second)).isEqualTo(ConnectionState.TIMEWAIT);
        assertThat(passive.heard()).isEqualTo(new Node.Heard(ids[1], "DISCONNECTED", 0, PrivateData.EMPTY));
        // The DREQ names ids that the successor does not know; it agrees all the same.
        successor.deliver(passive.sent().mad(), passive.gid, net.nowNs);
        passive.deliver(successor.sent().mad(), active.gid, net.nowNs);
        assertThat(passive.cm.state(ids[1])).isEqualTo(ConnectionState.TIMEWAIT);
        assertThat(passive.events).isEmpty();
        long third = successor.cm.connect(net.to(PORT, 0x12), net.nowNs);
        assertThat(third).isNotEqualTo(second);
        passive.deliver(successor.sent().mad(), active.gid, net.nowNs);
        assertThat(passive.heard().what()).isEqualTo("CONNECT_REQUEST");
    }

    @Test
    void a_request_that_names_anothers_queue_pair_is_a_connection_of_its_own() { // 13.1
        long[] ids = net.established();
        deliverAsLiar(requestOfLiar(0x7777));
        long third = passive.heard().connection();
        assertThat(passive.cm.state(third)).isEqualTo(ConnectionState.REQ_RCVD);
        assertThat(passive.cm.state(ids[1])).isEqualTo(ConnectionState.ESTABLISHED);
        assertThat(passive.outbox).isEmpty();
        assertThat(passive.cm.counter(CmCounter.STALE)).isZero();
    }

    @Test
    void a_request_that_names_anothers_id_is_a_connection_of_its_own() { // 13.1
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        Node.Packet req = active.outbox.element();
        net.run();
        long its = passive.heard().connection();
        deliverAsLiar(requestOfLiar(0x1000));
        long third = passive.heard().connection();
        assertThat(third).isNotEqualTo(its);
        passive.deliver(req.mad(), active.gid, net.nowNs);
        assertThat(passive.events).as("the first one's duplicate").isEmpty();
        assertThat(passive.cm.counter(CmCounter.DUPLICATE_REQUESTS)).isOne();
    }

    @Test
    void who_came_first_with_anothers_numbers_does_not_keep_that_one_out() { // 13.1
        deliverAsLiar(requestOfLiar(0x1000));
        long first = passive.heard().connection();
        long[] ids = net.established();
        assertThat(ids[1]).isNotEqualTo(first);
        assertThat(active.cm.state(ids[0])).isEqualTo(ConnectionState.ESTABLISHED);
        assertThat(passive.cm.state(ids[1])).isEqualTo(ConnectionState.ESTABLISHED);
        assertThat(passive.cm.state(first)).isEqualTo(ConnectionState.REQ_RCVD);
    }

    @Test
    void the_end_of_one_leaves_those_with_the_same_numbers_elsewhere() { // 13.1
        deliverAsLiar(requestOfLiar(0x1000));
        long first = passive.heard().connection();
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        Node.Packet req = active.outbox.element();
        net.run();
        long its = passive.heard().connection();
        assertThat(passive.cm.entries()).isEqualTo(6); // two connections by id, peer's id, peer's queue pair
        passive.cm.destroy(first, net.nowNs);
        passive.outbox.clear();
        passive.deliver(req.mad(), active.gid, net.nowNs);
        assertThat(passive.events).as("the other one's duplicate").isEmpty();
        assertThat(passive.cm.counter(CmCounter.DUPLICATE_REQUESTS)).isOne();
        passive.cm.destroy(its, net.nowNs);
        assertThat(passive.cm.entries()).isZero();
    }

    @Test
    void who_gives_up_with_anothers_numbers_ends_nothing() { // 13.4
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        net.run();
        long its = passive.heard().connection();
        Node liar = liar(0x1000);
        long asked = liar.cm.connect(net.to(PORT, 0x11), net.nowNs);
        liar.outbox.clear();
        liar.cm.destroy(asked, net.nowNs);
        Node.Packet rejection = liar.sent();
        assertThat(((Rej) rejection.message()).reason()).isEqualTo(4);
        deliverAsLiar(rejection);
        assertThat(passive.cm.state(its)).isEqualTo(ConnectionState.REQ_RCVD);
        assertThat(passive.events).isEmpty();
    }

    @Test
    void a_reply_with_anothers_numbers_takes_nobodys_place() { // 13.1
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        Node.Packet req = active.outbox.element();
        net.run();
        passive.heard();
        Node liar = liar(0x1000);
        liar.cm.listen(PORT, true, 0);
        long asked = passive.cm.connect(to(LIAR, 0x33), net.nowNs);
        liar.deliver(passive.sent().mad(), passive.gid, net.nowNs);
        liar.cm.accept(liar.heard().connection(), TwoNodes.with(0x11), net.nowNs);
        deliverAsLiar(liar.sent());
        assertThat(passive.heard())
                .extracting(Node.Heard::connection, Node.Heard::what)
                .containsExactly(asked, "ESTABLISHED");
        passive.deliver(req.mad(), active.gid, net.nowNs);
        assertThat(passive.events).as("the first one's duplicate").isEmpty();
        assertThat(passive.cm.counter(CmCounter.DUPLICATE_REQUESTS)).isOne();
    }

    /** A REQ that is in order, but for the GUID and the queue pair, which are the active side's. */
    private Node.Packet requestOfLiar(int id) {
        Node liar = liar(id);
        liar.cm.connect(net.to(PORT, 0x11), net.nowNs);
        return liar.sent();
    }

    /** Somebody elsewhere with the active side's GUID. */
    private static Node liar(int firstId) {
        return new Node(new CmIdentity(LIAR, TwoNodes.identity(1, 0).caGuid(), firstId, 4096));
    }

    /** With another PSN than {@link TwoNodes#to}. */
    private static ConnectParameters to(Gid peer, int qpn) {
        return new ConnectParameters(peer, PORT, 5, qpn, 0x333333, 1024, 0, 0, 7, 7, 17, false, PrivateData.EMPTY);
    }

    private void deliverAsLiar(Node.Packet packet) {
        passive.deliver(packet.mad(), LIAR, net.nowNs);
    }

    @Test
    void a_reply_from_a_queue_pair_that_is_in_use_is_stale() { // 13.2
        net.established();
        long second = active.cm.connect(net.to(PORT, 0x12), net.nowNs);
        net.run();
        passive.cm.accept(passive.heard().connection(), TwoNodes.with(0x22), net.nowNs);
        net.deliver(passive, active);
        assertThat(active.heard()).isEqualTo(new Node.Heard(second, "REJECTED", 10, PrivateData.EMPTY));
        Rej rej = (Rej) active.outbox.element().message();
        assertThat(rej.rejected()).isEqualTo(Rej.REP);
        net.run();
        assertThat(passive.heard().what()).isEqualTo("REJECTED");
    }
}
