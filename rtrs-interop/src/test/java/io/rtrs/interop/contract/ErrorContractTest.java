package io.rtrs.interop.contract;

import static io.rtrs.interop.contract.Endpoint.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.util.List;

class ErrorContractTest extends ContractTest {
    /** The specification has the first; rxe tells a key that it does not find from a range that the key does not allow. */
    private static final List<Integer> WRONG_LOCAL_KEY = List.of(Wc.LOC_PROT_ERR, Wc.LOC_QP_OP_ERR);

    @Test
    void theErrorStateFlushesEverythingPostedSignaledOrNot() throws Exception { // spec/rtrs.md 17.3, 9
        Differences.needsAcknowledgements();
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.active.receive(1, 64);
            pair.active.receive(2, 64);
            pair.active.send(WrOpcode.SEND, 0, 3, 8);
            pair.active.send(WrOpcode.SEND, SIGNALED, 4, 8);
            Subject.verbs().modifyToError(pair.active.qp);
            List<IbvWC> flushed = pair.active.next(4);
            assertThat(flushed).extracting(IbvWC::getWr_id).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
            assertThat(flushed).extracting(IbvWC::getStatus).containsOnly(Wc.WR_FLUSH_ERR);
            assertThat(flushed).extracting(IbvWC::getQp_num).containsOnly(pair.active.qp.getQp_num());
            assertThat(Subject.verbs().queryState(pair.active.qp)).isEqualTo(IbvQP.IBV_QPS_ERR);
        }
    }

    @Test
    void whatIsPostedInTheErrorStateIsFlushedToo() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            Subject.verbs().modifyToError(pair.active.qp);
            pair.active.send(WrOpcode.SEND, 0, 1, 8);
            assertThat(pair.active.next().getStatus()).isEqualTo(Wc.WR_FLUSH_ERR);
            pair.active.receive(2, 64);
            // A receive is not a system call on rxe: the device looks at it when the state is set again.
            Subject.verbs().modifyToError(pair.active.qp);
            IbvWC receive = pair.active.next();
            assertThat(receive.getWr_id()).isEqualTo(2);
            assertThat(receive.getStatus()).isEqualTo(Wc.WR_FLUSH_ERR);
        }
    }

    @Test
    void aFailedCompletionHasNoOtherFields() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.active.receive(1, 64);
            Subject.verbs().modifyToError(pair.active.qp);
            IbvWC flushed = pair.active.next();
            assertThat(List.of(flushed.getByte_len(), flushed.getImm_data(), flushed.getWc_flags()))
                    .containsOnly(0);
        }
    }

    @Test
    void aMessageLongerThanTheReceiveFailsBothSides() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 16);
            pair.passive.receive(2, 16);
            pair.active.send(WrOpcode.SEND, SIGNALED, 3, 17);
            pair.active.send(WrOpcode.SEND, SIGNALED, 4, 1);
            // The specification says LOC_LEN_ERR and REM_INV_REQ_ERR; rxe takes the receive to be malformed.
            IbvWC receive = pair.passive.next();
            assertThat(receive.getWr_id()).isEqualTo(1);
            assertThat(receive.getStatus()).isIn(Wc.LOC_LEN_ERR, Wc.LOC_QP_OP_ERR);
            assertThat(pair.passive.next().getStatus()).isEqualTo(Wc.WR_FLUSH_ERR);
            Differences.refusedSend(pair, 3, Wc.REM_INV_REQ_ERR, Wc.REM_OP_ERR);
            Differences.flushedBehind(pair.active);
            assertThat(Subject.verbs().queryState(pair.active.qp)).isEqualTo(IbvQP.IBV_QPS_ERR);
        }
    }

    @Test
    void aWrongLocalKeyFailsTheSendAlone() throws Exception { // lessons 2.2: error, never silence
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 64);
            int wrong = pair.active.region.getLkey() ^ 0x55;
            Endpoint.mustPost(pair.active
                    .request(WrOpcode.SEND, 0, 2, 8)
                    .sge(0, 0, pair.active.region.getAddr(), 8, wrong)
                    .post(0, 1));
            IbvWC failed = pair.active.next();
            assertThat(failed.getWr_id()).isEqualTo(2);
            assertThat(failed.getStatus()).isIn(WRONG_LOCAL_KEY);
            Differences.notYetReported(pair.passive);
        }
    }

    @Test
    void aLocalRangeBeyondTheRegionFailsTheSend() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 64);
            Endpoint.mustPost(pair.active
                    .request(WrOpcode.SEND, 0, 2, 8)
                    .sge(
                            0,
                            0,
                            pair.active.region.getAddr() + Endpoint.REGION_BYTES - 7,
                            8,
                            pair.active.region.getLkey())
                    .post(0, 1));
            assertThat(pair.active.next().getStatus()).isEqualTo(Wc.LOC_PROT_ERR);
        }
    }

    @Test
    void aReceiveWithAWrongKeyFailsBothSides() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 0, 64, pair.passive.region.getLkey() ^ 0x55);
            pair.active.send(WrOpcode.SEND, SIGNALED, 2, 8);
            assertThat(pair.passive.next().getStatus()).isIn(Wc.LOC_PROT_ERR, Wc.LOC_QP_OP_ERR);
            Differences.refusedSend(pair, 2, Wc.REM_OP_ERR);
        }
    }

    @Test
    void anotherDomainsLocalKeyIsRefused() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 64);
            Endpoint.mustPost(pair.active
                    .request(WrOpcode.SEND, 0, 2, 8)
                    .sge(0, 0, pair.passive.region.getAddr(), 8, pair.passive.region.getLkey())
                    .post(0, 1));
            assertThat(pair.active.next().getStatus()).isIn(WRONG_LOCAL_KEY);
        }
    }

    @Test
    void workThatSucceededIsReportedBeforeTheFlush() throws Exception {
        Differences.needsAcknowledgements();
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 64);
            pair.active.send(WrOpcode.SEND, SIGNALED, 2, 8);
            pair.passive.succeeded(1);
            pair.active.send(WrOpcode.SEND, SIGNALED, 3, 8);
            pair.active.succeeded(2);
            Subject.verbs().modifyToError(pair.active.qp);
            IbvWC flushed = pair.active.next();
            assertThat(flushed.getWr_id()).isEqualTo(3);
            assertThat(flushed.getStatus()).isEqualTo(Wc.WR_FLUSH_ERR);
        }
    }
}
