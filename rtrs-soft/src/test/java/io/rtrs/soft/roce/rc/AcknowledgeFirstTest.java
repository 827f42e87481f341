package io.rtrs.soft.roce.rc;

import static io.rtrs.soft.roce.rc.Connection.A_PSN;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A queue pair that acknowledges first: its peer hears that a message arrived before it hears the answer. */
class AcknowledgeFirstTest extends ResponderScene {
    @BeforeEach
    void acknowledgeFirst() {
        b.qp.acknowledgeFirst();
    }

    private void pollBusy() {
        b.qp.poll(b, 64, false, c.nowNs);
    }

    private void answer() {
        b.remote(c.a.address(0), c.a.region.fixedKey).post(WrOpcode.RDMA_WRITE, 0, 1, 0, 8);
    }

    @Test
    void theAckDoesNotWaitForCompany() {
        c.deliver(b, write(A_PSN, 1));
        pollBusy();
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 1");
        assertThat(b.qp.hasWork()).isFalse();
    }

    @Test
    void theAckGoesBeforeTheAnswerThatWasPostedMeanwhile() {
        b.hasCompany = true;
        c.deliver(b, write(A_PSN, 1));
        c.deliver(b, write(A_PSN + 1, 1));
        answer();
        pollBusy();
        String[] said = said();
        assertThat(said).hasSize(2);
        assertThat(said[0]).isEqualTo("acknowledge fffffb 1f msn 2");
        assertThat(said[1]).startsWith("write only");
    }

    @Test
    void theAnswersOfAReadGoBeforeTheAckOfWhatFollowsIt() {
        c.deliver(b, read(A_PSN, 300));
        c.deliver(b, write(A_PSN + 2, 1));
        answer();
        pollBusy();
        String[] said = said();
        assertThat(said).hasSize(4);
        assertThat(said[2]).isEqualTo("acknowledge fffffc 1f msn 2");
        assertThat(said[3]).startsWith("write only");
    }
}
