package io.rtrs.verbs.softroce.cm;

import static io.rtrs.verbs.softroce.cm.TwoNodes.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.softroce.cm.message.PrivateData;
import io.rtrs.verbs.softroce.cm.message.Rej;
import io.rtrs.verbs.softroce.wire.Gid;
import org.junit.jupiter.api.Test;

/** Whose connection it is when numbers come again (spec/rocev2.md 13.1, 13.8). */
class IdentityTest {
    private static final Gid LIAR = Gid.ofIpv4(0x7F00_0009);

    private final TwoNodes net = new TwoNodes();
    private final Node active = net.active;
    private final Node passive = net.passive;

    @Test
    void a_duplicate_request_of_a_live_connection_changes_nothing() { // 18.78
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
        ConnectParameters again = net.to(PORT, 0x11);
        successor.cm.connect(
                new ConnectParameters(
                        again.peer(), PORT, 5, 0x11, 0x333333, 1024, 0, 0, 7, 7, 17, false, PrivateData.EMPTY),
                net.nowNs);
        passive.deliver(successor.sent().mad(), active.gid, net.nowNs);
        assertThat(passive.heard().what()).isEqualTo("CONNECT_REQUEST");
    }

    @Test
    void a_queue_pair_used_anew_ends_the_old_connection() { // 18.77, 18.79
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
    void a_request_for_anothers_queue_pair_is_refused_and_ends_nothing() { // 13.4
        long[] ids = net.established();
        deliverAsLiar(requestOfLiar(0x7777));
        assertThat(passive.cm.state(ids[1])).isEqualTo(ConnectionState.ESTABLISHED);
        assertThat(passive.events).isEmpty();
        assertThat(passive.outbox).extracting(Node.Packet::to).containsExactly(LIAR);
        assertThat(((Rej) passive.sent().message()).reason()).isEqualTo(10);
        assertThat(passive.cm.counter(CmCounter.FOREIGN)).isOne();
        assertThat(passive.cm.counter(CmCounter.STALE)).isZero();
    }

    @Test
    void a_request_with_anothers_id_is_dropped() { // 13.4
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        net.run();
        long its = passive.heard().connection();
        deliverAsLiar(requestOfLiar(0x1000));
        assertThat(passive.cm.state(its)).isEqualTo(ConnectionState.REQ_RCVD);
        assertThat(passive.outbox).isEmpty();
        assertThat(passive.events).isEmpty();
        assertThat(passive.cm.counter(CmCounter.FOREIGN)).isOne();
    }

    /** A REQ that is in order, but for the GUID and the queue pair, which are the active side's. */
    private Node.Packet requestOfLiar(int id) {
        Node liar = new Node(new CmIdentity(LIAR, TwoNodes.identity(1, 0).caGuid(), id, 4096));
        liar.cm.connect(net.to(PORT, 0x11), net.nowNs);
        return liar.sent();
    }

    private void deliverAsLiar(Node.Packet request) {
        passive.deliver(request.mad(), LIAR, net.nowNs);
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
