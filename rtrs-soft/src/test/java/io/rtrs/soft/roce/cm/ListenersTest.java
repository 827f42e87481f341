package io.rtrs.soft.roce.cm;

import static io.rtrs.soft.roce.cm.TwoNodes.PORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.message.RejectReason;
import org.junit.jupiter.api.Test;

/** Who hears a request when one listens at the address and another at the wildcard, on the same port. */
class ListenersTest {
    private final TwoNodes net = new TwoNodes();
    private final ConnectionManager cm = net.passive.cm;
    private int qpn = 0x11;

    @Test
    void the_bound_listener_hears_before_the_wildcard_whichever_came_first() {
        long bound = cm.listen(PORT, false, 0); // the wildcard listens since before
        assertThat(hears()).isEqualTo(bound);
        assertThat(cm.unlisten(net.listener)).isZero();
        assertThat(hears()).isEqualTo(bound);
        assertThat(cm.listen(PORT, true, 0)).isPositive();
        assertThat(hears()).isEqualTo(bound);
    }

    @Test
    void the_wildcard_hears_when_the_bound_listener_is_gone() {
        long bound = cm.listen(PORT, false, 0);
        assertThat(hears()).isEqualTo(bound);
        assertThat(cm.unlisten(bound)).isZero();
        assertThat(hears()).isEqualTo(net.listener);
    }

    @Test
    void a_bound_listener_of_another_port_leaves_the_wildcard_its_own() {
        assertThat(cm.listen(PORT + 1, false, 0)).isPositive();
        assertThat(hears()).isEqualTo(net.listener);
    }

    @Test
    void nobody_hears_when_both_are_gone() {
        long bound = cm.listen(PORT, false, 0);
        assertThat(cm.unlisten(net.listener)).isZero();
        assertThat(cm.unlisten(bound)).isZero();
        net.active.cm.connect(net.to(PORT, qpn), net.nowNs);
        net.run();
        assertThat(net.passive.events).isEmpty();
        assertThat(net.active.heard().status()).isEqualTo(RejectReason.INVALID_SERVICE);
    }

    /** The listener that hears a new request. */
    private long hears() {
        net.active.cm.connect(net.to(PORT, qpn++), net.nowNs);
        net.run();
        assertThat(net.passive.heard().what()).isEqualTo("CONNECT_REQUEST");
        return net.passive.lastListener;
    }
}
