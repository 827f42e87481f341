package io.rtrs.soft.roce.cm;

import static io.rtrs.soft.roce.cm.TwoNodes.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.Mra;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.junit.jupiter.api.Test;

/** What connections make of reports that packets do not arrive, which anyone can forge. */
class UnreachableTest {
    private static final int ECONNREFUSED = 111;
    private static final int EHOSTUNREACH = 113;

    private final TwoNodes net = new TwoNodes();
    private final Node active = net.active;
    private final Node passive = net.passive;

    private void report(Gid peer, int errno, boolean settled) {
        active.cm.onUnreachable(RoceAddress.of(peer), errno, settled, net.nowNs);
    }

    private long asked() {
        long mine = active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        active.outbox.clear();
        return mine;
    }

    @Test
    void two_tries_that_do_not_arrive_end_a_connect_within_a_second() {
        long mine = asked();
        report(passive.gid, ECONNREFUSED, false);
        assertThat(active.events).isEmpty();
        net.pass(0.3);
        assertThat(active.outbox).as("the second try leaves early").hasSize(1);
        report(passive.gid, ECONNREFUSED, false);
        assertThat(active.heard()).isEqualTo(new Node.Heard(mine, "UNREACHABLE", -ECONNREFUSED, PrivateData.EMPTY));
        assertThat(active.freed).containsExactly(0x11);
        active.cm.destroy(mine, net.nowNs);
        assertThat(active.cm.entries()).isZero();
    }

    @Test
    void what_this_machine_itself_says_ends_a_connect_at_once() {
        long mine = asked();
        report(passive.gid, EHOSTUNREACH, true);
        assertThat(active.heard()).isEqualTo(new Node.Heard(mine, "UNREACHABLE", -EHOSTUNREACH, PrivateData.EMPTY));
    }

    @Test
    void many_reports_of_one_try_are_one_report() {
        asked();
        for (int i = 0; i < 100; i++) {
            report(passive.gid, ECONNREFUSED, false);
        }
        assertThat(active.events).isEmpty();
    }

    @Test
    void reports_that_contradict_each_other_hurry_only_one_try() {
        asked();
        int tries = 0;
        for (int i = 0; i < 30; i++) { // three seconds
            report(passive.gid, i % 2 == 0 ? ECONNREFUSED : EHOSTUNREACH, false);
            net.pass(0.1);
            tries += active.outbox.size();
            active.outbox.clear();
        }
        assertThat(tries).isLessThanOrEqualTo(4);
    }

    @Test
    void a_report_about_another_address_changes_nothing() {
        asked();
        report(Gid.ofIpv4(0x7F00_0099), ECONNREFUSED, true);
        assertThat(active.events).isEmpty();
    }

    @Test
    void a_report_about_another_port_of_the_address_changes_nothing() {
        asked();
        active.cm.onUnreachable(new RoceAddress(passive.gid, 50_000), ECONNREFUSED, true, net.nowNs);
        assertThat(active.events).isEmpty();
    }

    @Test
    void an_answer_after_the_first_report_makes_the_connection() {
        long mine = active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        report(passive.gid, ECONNREFUSED, false);
        net.run();
        passive.cm.accept(passive.heard().connection(), TwoNodes.with(0x22), net.nowNs);
        net.run();
        assertThat(active.heard().what()).isEqualTo("ESTABLISHED");
        assertThat(active.cm.state(mine)).isEqualTo(ConnectionState.ESTABLISHED);
    }

    @Test
    void a_peer_that_asked_for_time_is_there_whatever_the_network_says() {
        long mine = active.cm.connect(net.to(PORT, 0x11), net.nowNs);
        net.deliver(active, passive);
        net.pass(1.1);
        net.deliver(active, passive);
        assertThat(passive.outbox.element().message()).isInstanceOf(Mra.class);
        net.deliver(passive, active);
        report(passive.gid, ECONNREFUSED, true);
        net.pass(1);
        report(passive.gid, ECONNREFUSED, true);
        assertThat(active.cm.state(mine)).isEqualTo(ConnectionState.MRA_REQ_RCVD);
        assertThat(active.events).isEmpty();
    }

    @Test
    void reports_never_touch_a_connection_that_stands_nor_one_that_was_accepted() {
        long[] ids = net.established();
        for (int i = 0; i < 10; i++) {
            report(passive.gid, ECONNREFUSED, true);
            passive.cm.onUnreachable(RoceAddress.of(active.gid), EHOSTUNREACH, true, net.nowNs);
            net.pass(1);
        }
        assertThat(active.cm.state(ids[0])).isEqualTo(ConnectionState.ESTABLISHED);
        assertThat(passive.cm.state(ids[1])).isEqualTo(ConnectionState.ESTABLISHED);
        assertThat(active.failed).isEmpty();
        assertThat(active.events).isEmpty();

        active.cm.connect(net.to(PORT, 0x12), net.nowNs);
        net.run();
        long its = passive.heard().connection();
        passive.cm.accept(its, TwoNodes.with(0x23), net.nowNs);
        passive.cm.onUnreachable(RoceAddress.of(active.gid), EHOSTUNREACH, true, net.nowNs);
        assertThat(passive.cm.state(its)).isEqualTo(ConnectionState.REP_SENT);
    }

    @Test
    void an_end_that_the_peer_cannot_confirm_is_over_within_a_second() {
        long[] ids = net.established();
        active.cm.disconnect(ids[0], net.nowNs);
        report(passive.gid, ECONNREFUSED, false);
        assertThat(active.events).isEmpty();
        net.pass(0.3);
        report(passive.gid, ECONNREFUSED, false);
        assertThat(active.heard()).isEqualTo(new Node.Heard(ids[0], "DISCONNECTED", -110, PrivateData.EMPTY));
        assertThat(active.cm.state(ids[0])).isEqualTo(ConnectionState.TIMEWAIT);
    }

    @Test
    void silence_after_a_report_long_ago_is_silence() {
        asked();
        report(passive.gid, EHOSTUNREACH, false);
        while (active.events.isEmpty()) {
            net.pass(1.01);
        }
        assertThat(active.heard().status()).isEqualTo(-110);
    }

    @Test
    void a_report_about_the_last_try_is_the_cause() {
        asked();
        while (active.events.isEmpty()) {
            if (active.outbox.size() == 7) {
                report(passive.gid, EHOSTUNREACH, false);
            }
            net.pass(1.01);
        }
        assertThat(active.heard().status()).isEqualTo(-EHOSTUNREACH);
    }
}
