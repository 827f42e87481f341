package io.rtrs.soft.roce.cm;

import static io.rtrs.soft.roce.cm.ConnectionManager.EINVAL;
import static io.rtrs.soft.roce.cm.TwoNodes.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.Drep;
import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.junit.jupiter.api.Test;

import java.util.Arrays;

class ConnectionManagerTest {
    private final TwoNodes net = new TwoNodes();
    private final Node active = net.active;
    private final Node passive = net.passive;

    @Test
    void a_connection_stands_when_the_consumer_accepts() { // spec/rocev2.md 18.67, 18.81, 18.82
        long mine = active.cm.connect(net.to(PORT, 0x11, (byte) 7, (byte) 8), net.nowNs);
        net.run();
        Node.Heard request = passive.heard();
        assertThat(request.what()).isEqualTo("CONNECT_REQUEST");
        assertThat(request.data().bytes()).isEqualTo(Arrays.copyOf(new byte[] {7, 8}, 56));
        assertThat(passive.lastRequest)
                .isEqualTo(new ConnectRequest(active.gid, 40_000, PORT, 0x11, 4, 3, 7, 6, false, request.data()));
        assertThat(passive.cm.accept(request.connection(), TwoNodes.with(0x22, (byte) 9), net.nowNs))
                .isZero();
        assertThat(passive.connected.get(0x22))
                .isEqualTo(new QueuePairAttributes(
                        RoceAddress.of(active.gid), 0x11, 0x111111, 0x222222, 1024, 4, 3, 7, 6, 17, Told.NOTHING));
        net.run();
        assertThat(active.connected.get(0x11))
                .isEqualTo(new QueuePairAttributes(
                        RoceAddress.of(passive.gid), 0x22, 0x222222, 0x111111, 1024, 3, 4, 7, 5, 17, Told.NOTHING));
        Node.Heard established = active.heard();
        assertThat(established)
                .isEqualTo(new Node.Heard(mine, "ESTABLISHED", 0, PrivateData.of(Arrays.copyOf(new byte[] {9}, 196))));
        assertThat(passive.heard())
                .isEqualTo(new Node.Heard(request.connection(), "ESTABLISHED", 0, PrivateData.EMPTY));
        assertThat(active.events).isEmpty();
        assertThat(passive.events).isEmpty();
        assertThat(passive.cm.halfOpen()).isZero();
        assertThat(active.cm.nextDeadlineNs()).isEqualTo(ConnectionManager.NO_DEADLINE);
        assertThat(passive.cm.nextDeadlineNs()).isEqualTo(ConnectionManager.NO_DEADLINE);
    }

    @Test
    void a_reject_brings_reason_and_data_in_full_length() { // spec/rocev2.md 18.72, 18.73
        long mine = active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        net.run();
        long its = passive.heard().connection();
        assertThat(passive.cm.reject(its, PrivateData.of(new byte[] {5, 6}), net.nowNs))
                .isZero();
        net.run();
        assertThat(active.heard())
                .isEqualTo(new Node.Heard(mine, "REJECTED", 28, PrivateData.of(Arrays.copyOf(new byte[] {5, 6}, 148))));
        assertThat(passive.cm.accept(its, TwoNodes.with(0x22), net.nowNs)).isEqualTo(-EINVAL);
        passive.cm.destroy(its, net.nowNs);
        active.cm.destroy(mine, net.nowNs);
        nothingIsLeft();
        assertThat(active.freed).containsExactly(0x11);
    }

    @Test
    void a_port_without_a_listener_rejects_with_reason_8() { // spec/rocev2.md 18.71
        active.cm.connect(net.to(PORT + 1, 0x11), net.nowNs);
        Req req = (Req) active.outbox.element().message();
        net.deliver(active, passive);
        Rej rej = (Rej) passive.outbox.element().message();
        assertThat(rej.localId()).isZero();
        assertThat(rej.remoteId()).isEqualTo(req.localId());
        assertThat(rej.rejected()).isEqualTo(Rej.REQ);
        net.run();
        assertThat(active.heard().status()).isEqualTo(8);
        assertThat(passive.cm.connections()).isZero();
    }

    @Test
    void the_peers_queue_pair_goes_on_until_its_consumer_disconnects_too() { // spec/rocev2.md 18.74, 13.5
        long[] ids = net.established();
        assertThat(active.cm.disconnect(ids[0], net.nowNs)).isZero();
        assertThat(active.failed).containsExactly(0x11);
        net.run();
        assertThat(passive.heard()).isEqualTo(new Node.Heard(ids[1], "DISCONNECTED", 0, PrivateData.EMPTY));
        assertThat(passive.failed).isEmpty();
        assertThat(active.events).isEmpty();
        net.pass(1.5);
        assertThat(active.outbox.element().message()).isInstanceOf(Dreq.class);
        net.run();
        assertThat(passive.events).isEmpty();
        passive.cm.disconnect(ids[1], net.nowNs);
        assertThat(passive.failed).containsExactly(0x22);
        net.run();
        assertThat(active.heard()).isEqualTo(new Node.Heard(ids[0], "DISCONNECTED", 0, PrivateData.EMPTY));
        assertThat(active.freed).isEmpty();
        net.pass(3);
        assertThat(active.heard().what()).isEqualTo("TIMEWAIT_EXIT");
        assertThat(passive.heard().what()).isEqualTo("TIMEWAIT_EXIT");
        assertThat(active.freed).containsExactly(0x11);
        assertThat(passive.freed).containsExactly(0x22);
        destroyBoth(ids);
        nothingIsLeft();
    }

    @Test
    void both_sides_may_disconnect_at_once() { // spec/rocev2.md 18.75
        long[] ids = net.established();
        active.cm.disconnect(ids[0], net.nowNs);
        passive.cm.disconnect(ids[1], net.nowNs);
        passive.deliver(active.sent().mad(), active.gid, net.nowNs);
        active.deliver(passive.sent().mad(), passive.gid, net.nowNs);
        assertThat(active.outbox.element().message()).isInstanceOf(Drep.class);
        assertThat(passive.outbox.element().message()).isInstanceOf(Drep.class);
        net.run();
        assertThat(active.heard().what()).isEqualTo("DISCONNECTED");
        assertThat(passive.heard().what()).isEqualTo("DISCONNECTED");
        assertThat(active.cm.state(ids[0])).isEqualTo(ConnectionState.TIMEWAIT);
        assertThat(passive.cm.state(ids[1])).isEqualTo(ConnectionState.TIMEWAIT);
        destroyBoth(ids);
        net.pass(3);
        nothingIsLeft();
    }

    @Test
    void destroying_an_established_connection_tells_the_peer() {
        long[] ids = net.established();
        active.cm.destroy(ids[0], net.nowNs);
        net.run();
        assertThat(passive.heard().what()).isEqualTo("DISCONNECTED");
        passive.cm.destroy(ids[1], net.nowNs);
        net.run();
        net.pass(3);
        assertThat(active.events).isEmpty();
        assertThat(passive.events).isEmpty();
        nothingIsLeft();
    }

    @Test
    void destroying_an_undecided_request_rejects_it() {
        active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        net.run();
        passive.cm.destroy(passive.heard().connection(), net.nowNs);
        net.run();
        assertThat(active.heard().status()).isEqualTo(28);
        assertThat(passive.cm.connections()).isZero();
    }

    private void destroyBoth(long[] ids) {
        assertThat(active.cm.destroy(ids[0], net.nowNs)).isZero();
        assertThat(passive.cm.destroy(ids[1], net.nowNs)).isZero();
    }

    private void nothingIsLeft() {
        assertThat(active.cm.entries()).isZero();
        assertThat(passive.cm.entries()).isZero();
        assertThat(passive.cm.halfOpen()).isZero();
        assertThat(active.outbox).isEmpty();
        assertThat(passive.outbox).isEmpty();
    }
}
