package io.rtrs.soft.roce.cm;

import static io.rtrs.soft.roce.cm.TwoNodes.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Drep;
import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.Mra;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Rtu;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;
import org.junit.jupiter.api.Test;

import java.util.List;

/** One lost, late or misdirected message at a time. */
class LossTest {
    private final TwoNodes net = new TwoNodes();
    private final Node active = net.active;
    private final Node passive = net.passive;

    @Test
    void a_lost_request_is_sent_again_the_same() { // spec/rocev2.md 18.68
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        Node.Packet lost = active.sent();
        net.pass(0.9);
        assertThat(active.outbox).isEmpty();
        net.pass(0.2);
        assertThat(active.outbox.element().mad().toArray(Layouts.U8))
                .isEqualTo(lost.mad().toArray(Layouts.U8));
        net.run();
        assertThat(passive.heard().what()).isEqualTo("CONNECT_REQUEST");
    }

    @Test
    void a_lost_reply_is_sent_again_the_same() { // spec/rocev2.md 18.68
        long its = requested();
        passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs);
        Node.Packet lost = passive.sent();
        net.pass(0.6); // the REQ asked for half a second
        assertThat(passive.outbox.element().mad().toArray(Layouts.U8))
                .isEqualTo(lost.mad().toArray(Layouts.U8));
        net.run();
        assertThat(active.heard().what()).isEqualTo("ESTABLISHED");
        assertThat(passive.heard().what()).isEqualTo("ESTABLISHED");
    }

    @Test
    void a_lost_rtu_is_repaired_by_answering_the_second_reply() { // spec/rocev2.md 18.66, 18.68
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        Node.Packet req = active.outbox.element();
        net.run();
        passive.cm.accept(passive.heard().connection(), TwoNodes.with(0x22), net.nowNs);
        assertThat(passive.outbox.element().transaction()).isEqualTo(req.transaction());
        net.deliver(passive, active);
        Node.Packet lost = active.sent();
        assertThat(lost.message()).isInstanceOf(Rtu.class);
        assertThat(lost.transaction()).isEqualTo(req.transaction());
        net.pass(0.6);
        net.deliver(passive, active);
        Node.Packet second = active.outbox.element();
        assertThat(second.message()).isEqualTo(lost.message());
        net.run();
        assertThat(passive.heard().what()).isEqualTo("ESTABLISHED");
        assertThat(active.heard().what()).isEqualTo("ESTABLISHED");
        assertThat(active.events).isEmpty();
    }

    @Test
    void data_before_the_rtu_establishes_the_passive_side() { // spec/rocev2.md 18.70
        long its = requested();
        passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs);
        passive.outbox.clear();
        passive.cm.onFirstRequest(0x22, net.nowNs);
        passive.cm.onFirstRequest(0x22, net.nowNs);
        passive.cm.onFirstRequest(0x23, net.nowNs);
        assertThat(passive.heard()).isEqualTo(new Node.Heard(its, "ESTABLISHED", 0, PrivateData.EMPTY));
        assertThat(passive.events).isEmpty();
        assertThat(passive.cm.nextDeadlineNs()).isEqualTo(ConnectionManager.NO_DEADLINE);
    }

    @Test
    void a_peer_that_never_answers_is_unreachable() {
        long mine = active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        int sent = 0;
        while (active.events.isEmpty()) {
            sent += active.outbox.size();
            active.outbox.clear();
            net.pass(1.01);
        }
        assertThat(sent).isEqualTo(8);
        assertThat(active.heard()).isEqualTo(new Node.Heard(mine, "UNREACHABLE", -110, PrivateData.EMPTY));
        assertThat(active.freed).containsExactly(0x11);
        active.cm.destroy(mine, net.nowNs);
        assertThat(active.cm.entries()).isZero();
    }

    @Test
    void a_peer_that_vanishes_after_the_accept_is_unreachable_and_told_so() {
        long its = requested();
        passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs);
        CmMessage last = passive.outbox.element().message();
        while (passive.events.isEmpty()) {
            passive.outbox.clear();
            net.pass(1.01);
        }
        assertThat(passive.heard().what()).isEqualTo("UNREACHABLE");
        assertThat(passive.failed).containsExactly(0x22);
        Rej rej = (Rej) passive.sent().message();
        assertThat(rej.reason()).isEqualTo(4);
        assertThat(rej.remoteId()).isEqualTo(((Rep) last).remoteId());
    }

    @Test
    void a_slow_consumer_makes_the_manager_ask_for_time() { // spec/rocev2.md 18.69
        long its = requested();
        for (int i = 0; i < 3; i++) {
            net.pass(1.1);
            net.deliver(active, passive);
            Mra mra = (Mra) passive.outbox.element().message();
            assertThat(mra.serviceTimeout()).isEqualTo(24);
            net.deliver(passive, active);
            net.pass(60);
            assertThat(active.outbox).isEmpty();
            net.pass(11);
        }
        net.run();
        passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs);
        net.run();
        assertThat(active.heard().what()).isEqualTo("ESTABLISHED");
        assertThat(passive.heard().what()).isEqualTo("ESTABLISHED");
    }

    @Test
    void an_mra_for_the_reply_extends_the_wait_for_the_rtu() {
        long its = requested();
        passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs);
        Rep rep = (Rep) passive.sent().message();
        send(
                new Mra(/* localId= */ rep.remoteId(), /* remoteId= */ rep.localId(), Mra.REP, 20, PrivateData.EMPTY),
                active,
                passive);
        net.pass(4);
        assertThat(passive.outbox).isEmpty();
        net.pass(2);
        assertThat(passive.sent().message()).isEqualTo(rep);
    }

    @Test
    void a_request_that_is_given_up_is_rejected_to_the_peer() { // 13.4
        long its = requested();
        long mine = 0x1000;
        active.cm.destroy(mine, net.nowNs);
        Rej rej = (Rej) active.outbox.element().message();
        assertThat(rej.remoteId()).isZero();
        assertThat(rej.infoLength()).isEqualTo(8);
        net.run();
        assertThat(passive.heard().status()).isEqualTo(4);
        passive.cm.destroy(its, net.nowNs);
        assertThat(passive.cm.entries()).isZero();
        assertThat(active.cm.entries()).isZero();
    }

    @Test
    void a_reply_to_a_request_that_was_given_up_is_refused() { // 13.3
        long its = requested();
        active.cm.destroy(0x1000, net.nowNs);
        active.outbox.clear();
        passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs);
        net.run();
        assertThat(passive.heard())
                .extracting(Node.Heard::what, Node.Heard::status)
                .containsExactly("REJECTED", 6);
        assertThat(passive.failed).containsExactly(0x22);
        assertThat(passive.freed).containsExactly(0x22);
    }

    @Test
    void a_lost_drep_is_repaired_by_answering_the_second_dreq() { // spec/rocev2.md 18.74
        long[] ids = net.established();
        active.cm.disconnect(ids[0], net.nowNs);
        net.run();
        passive.cm.disconnect(ids[1], net.nowNs);
        Node.Packet lost = passive.sent();
        net.pass(1.1);
        net.deliver(active, passive);
        assertThat(passive.sent().message()).isEqualTo(lost.message());
    }

    @Test
    void a_peer_that_never_confirms_ends_by_time() {
        long[] ids = net.established();
        active.cm.disconnect(ids[0], net.nowNs);
        for (int i = 0; i < 20; i++) {
            active.outbox.clear();
            net.pass(1.01);
        }
        assertThat(active.heard()).isEqualTo(new Node.Heard(ids[0], "DISCONNECTED", -110, PrivateData.EMPTY));
        assertThat(active.heard().what()).isEqualTo("TIMEWAIT_EXIT");
    }

    @Test
    void a_dreq_for_unknown_ids_is_answered_and_one_for_a_wrong_queue_pair_is_not() { // spec/rocev2.md 18.74
        long[] ids = net.established();
        int mine = (int) ids[0];
        int its = (int) ids[1];
        send(new Dreq(mine, its, 0x23, PrivateData.EMPTY), active, passive);
        assertThat(passive.outbox).isEmpty();
        assertThat(passive.events).isEmpty();
        assertThat(passive.cm.counter(CmCounter.WRONG_QPN)).isOne();
        send(new Dreq(5, 6, 0x22, PrivateData.EMPTY), active, passive);
        Node.Packet answer = passive.sent();
        assertThat(answer.message()).isEqualTo(new Drep(6, 5, zeros(Drep.PRIVATE_SIZE)));
        assertThat(answer.transaction()).isEqualTo(77);
    }

    @Test
    void messages_of_a_third_party_change_nothing() {
        long[] ids = net.established();
        Gid third = Gid.ofIpv4(0x7F00_0009);
        Node.Packet forged = packet(new Dreq((int) ids[0], (int) ids[1], 0x22, PrivateData.EMPTY));
        passive.deliver(forged.mad(), third, net.nowNs);
        passive.deliver(
                packet(Rej.of((int) ids[0], (int) ids[1], Rej.OTHER, 28, PrivateData.EMPTY))
                        .mad(),
                third,
                net.nowNs);
        assertThat(passive.cm.state(ids[1])).isEqualTo(ConnectionState.ESTABLISHED);
        assertThat(passive.outbox).isEmpty();
        assertThat(passive.cm.counter(CmCounter.FOREIGN)).isEqualTo(2);
    }

    @Test
    void a_queue_pair_that_cannot_be_connected_fails_the_active_side() { // 13.2
        long its = requested();
        active.connectStatus = -22;
        passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs);
        net.run();
        assertThat(active.heard()).isEqualTo(new Node.Heard(0x1000, "CONNECT_ERROR", -22, PrivateData.EMPTY));
        assertThat(passive.heard())
                .extracting(Node.Heard::what, Node.Heard::status)
                .containsExactly("REJECTED", 28);
    }

    @Test
    void a_queue_pair_that_cannot_be_connected_leaves_the_request_undecided() {
        long its = requested();
        passive.connectStatus = -12;
        assertThat(passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs)).isEqualTo(-12);
        assertThat(passive.outbox).isEmpty();
        passive.connectStatus = 0;
        assertThat(passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs)).isZero();
    }

    @Test
    void an_endpoint_connects_to_itself() {
        Node self = new Node(TwoNodes.identity(2, 7));
        long listener = self.cm.listen(PORT, false, 0);
        long mine = self.cm.connect(net.to(PORT, 0x31), net.nowNs);
        echo(self);
        long its = self.heard().connection();
        self.cm.accept(its, TwoNodes.with(0x32), net.nowNs);
        echo(self);
        assertThat(self.events).extracting(Node.Heard::connection).containsExactly(mine, its);
        self.events.clear();
        self.cm.disconnect(mine, net.nowNs);
        echo(self);
        self.cm.disconnect(its, net.nowNs);
        echo(self);
        assertThat(self.events).extracting(Node.Heard::connection).containsExactly(its, mine);
        assertThat(self.cm.unlisten(listener)).isZero();
        self.cm.destroy(mine, net.nowNs);
        self.cm.destroy(its, net.nowNs);
        self.cm.poll(10, net.nowNs + 3L * TwoNodes.SECOND);
        assertThat(self.cm.entries()).isZero();
    }

    private void echo(Node self) {
        while (!self.outbox.isEmpty()) {
            self.deliver(self.sent().mad(), self.gid, net.nowNs);
        }
    }

    /** A request that the passive consumer has not decided. */
    private long requested() {
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        assertThat(active.outbox.element().message()).isInstanceOf(Req.class);
        net.run();
        return passive.heard().connection();
    }

    private void send(CmMessage message, Node from, Node to) {
        to.deliver(packet(message).mad(), from.gid, net.nowNs);
    }

    private static Node.Packet packet(CmMessage message) {
        return Node.packet(message, 77);
    }

    private static PrivateData zeros(int size) {
        return PrivateData.of(new byte[size]);
    }

    @Test
    void commands_out_of_turn_are_refused() {
        long its = requested();
        assertThat(List.of(
                        passive.cm.disconnect(its, net.nowNs),
                        passive.cm.notifyEstablished(its, net.nowNs),
                        passive.cm.accept(its + 1, TwoNodes.with(0x22), net.nowNs),
                        passive.cm.accept(its, TwoNodes.with(0x22, new byte[197]), net.nowNs),
                        passive.cm.reject(its, zeros(149), net.nowNs),
                        active.cm.accept(0x1000, TwoNodes.with(0x22), net.nowNs),
                        active.cm.disconnect(0x1000, net.nowNs),
                        active.cm.destroy(0x1001, net.nowNs),
                        (int) active.cm.connect(net.to(PORT, 0x12, new byte[57]), net.nowNs)))
                .containsOnly(-ConnectionManager.EINVAL);
        assertThat(passive.cm.listen(PORT, true, 0)).isEqualTo(-ConnectionManager.EADDRINUSE);
    }
}
