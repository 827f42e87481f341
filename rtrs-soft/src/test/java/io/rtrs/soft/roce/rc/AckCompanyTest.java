package io.rtrs.soft.roce.rc;

import static io.rtrs.soft.roce.rc.Connection.A_PSN;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

/** An ACK that may wait leaves with other packets, behind them, and does not wait for ever. */
class AckCompanyTest extends ResponderScene {
    private static final int MANY = 16;

    /** Packets arrive, and B may send; ACKs of few packets may not leave alone. */
    private void arriveBusy(byte[]... packets) {
        for (byte[] packet : packets) {
            c.deliver(b, packet);
        }
        b.qp.poll(b, 64, false, c.nowNs);
    }

    private byte[][] writes(int first, int count) {
        byte[][] all = new byte[count][];
        for (int i = 0; i < count; i++) {
            all[i] = write(A_PSN + first + i & 0xFF_FFFF, 1);
        }
        return all;
    }

    @Test
    void itWaitsAndLeavesWithTheNextPoll() {
        arriveBusy(writes(0, 1));
        assertThat(said()).isEmpty();
        assertThat(b.qp.hasWork()).isTrue();
        b.qp.poll(b, 64, true, c.nowNs);
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 1");
        assertThat(b.qp.hasWork()).isFalse();
    }

    @Test
    void itFollowsARequestWhoseSendCallItShares() {
        arriveBusy(writes(0, 2));
        b.hasCompany = true;
        postAndPoll();
        String[] said = said();
        assertThat(said).hasSize(2);
        assertThat(said[0]).startsWith("write only");
        assertThat(said[1]).isEqualTo("acknowledge fffffb 1f msn 2");
    }

    @Test
    void itWaitsOnIfItWouldNeedACallOfItsOwn() {
        arriveBusy(writes(0, 2));
        postAndPoll();
        String[] said = said();
        assertThat(said).hasSize(1);
        assertThat(said[0]).startsWith("write only");
        b.qp.poll(b, 64, true, c.nowNs);
        assertThat(said()).containsExactly("acknowledge fffffb 1f msn 2");
    }

    private void postAndPoll() {
        b.remote(c.a.address(0), c.a.region.fixedKey).post(WrOpcode.RDMA_WRITE, 0, 1, 0, 8);
        b.qp.poll(b, 64, false, c.nowNs);
    }

    @Test
    void manyPacketsDoNotWait() {
        arriveBusy(writes(0, MANY - 1));
        assertThat(said()).isEmpty();
        arriveBusy(writes(MANY - 1, 1));
        assertThat(said()).hasSize(1);
        arriveBusy(writes(MANY, 1));
        assertThat(said()).as("they count from the last ACK on").isEmpty();
    }

    @Test
    void whatThePeerMustRepeatDoesNotWait() {
        arriveBusy(write(A_PSN, 4), write(A_PSN + 2, 4));
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 1", "acknowledge fffffb 60 msn 1");
    }

    @Test
    void aRefusalDoesNotWait() {
        arriveBusy(plain(RoceOpcode.SEND_MIDDLE, A_PSN, MTU));
        assertThat(said()).containsExactly("acknowledge fffffa 61 msn 0");
    }

    @Test
    void theAnswersOfAReadGoBeforeTheAckOfWhatFollowsIt() {
        b.hasCompany = true;
        arriveBusy(read(A_PSN, 300), write(A_PSN + 2, 1));
        String[] said = said();
        assertThat(said).hasSize(3);
        assertThat(said[2]).isEqualTo("acknowledge fffffc 1f msn 2");
    }
}
