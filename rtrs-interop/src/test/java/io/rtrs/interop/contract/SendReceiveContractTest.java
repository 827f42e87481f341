package io.rtrs.interop.contract;

import static io.rtrs.interop.contract.Endpoint.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.disni.verbs.IbvWC;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.lang.foreign.ValueLayout;
import java.util.stream.LongStream;

class SendReceiveContractTest extends ContractTest {
    @Test
    void aSendArrivesInTheOldestReceive() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.active.memory.set(ValueLayout.JAVA_INT, 0, 0xCAFE);
            pair.passive.receive(1, 0, 64, pair.passive.region.getLkey());
            pair.passive.receive(2, 64, 64, pair.passive.region.getLkey());
            pair.active.send(WrOpcode.SEND, SIGNALED, 3, 4);
            IbvWC received = pair.passive.succeeded(1);
            assertThat(received.getOpcode()).isEqualTo(WrOpcode.WC_RECV);
            assertThat(received.getByte_len()).isEqualTo(4);
            assertThat(received.getQp_num()).isEqualTo(pair.passive.qp.getQp_num());
            assertThat(pair.passive.memory.get(ValueLayout.JAVA_INT, 0)).isEqualTo(0xCAFE);
            assertThat(pair.active.succeeded(3).getOpcode()).isEqualTo(WrOpcode.WC_SEND);
        }
    }

    @Test
    void completionsComeInTheOrderOfPosting() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            for (int i = 0; i < 20; i++) {
                pair.passive.receive(100 + i, 64);
            }
            for (int i = 0; i < 20; i++) {
                pair.active.send(WrOpcode.SEND, SIGNALED, i, 8);
            }
            assertThat(pair.active.next(20))
                    .extracting(IbvWC::getWr_id)
                    .containsExactlyElementsOf(LongStream.range(0, 20).boxed().toList());
            assertThat(pair.passive.next(20))
                    .extracting(IbvWC::getWr_id)
                    .containsExactlyElementsOf(
                            LongStream.range(100, 120).boxed().toList());
        }
    }

    @Test
    void anUnsignaledSendThatSucceedsGivesNoCompletion() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            for (int i = 0; i < 4; i++) {
                pair.passive.receive(i, 64);
            }
            pair.active.send(WrOpcode.SEND, 0, 1, 8);
            pair.active.send(WrOpcode.SEND, 0, 2, 8);
            pair.active.send(WrOpcode.SEND, SIGNALED, 3, 8);
            pair.active.succeeded(3);
            assertThat(pair.active.pollOnce()).isNull();
        }
    }

    @Test
    void immediatesKeepTheirValueInHostOrder() throws Exception { // spec/rtrs.md 17.3, 1
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 64);
            Endpoint.mustPost(pair.active
                    .request(WrOpcode.SEND_WITH_IMM, SIGNALED, 2, 8)
                    .imm(0, 0x8001_0203)
                    .post(0, 1));
            IbvWC received = pair.passive.succeeded(1);
            assertThat(received.getOpcode()).isEqualTo(WrOpcode.WC_RECV);
            assertThat(received.getWc_flags() & WrOpcode.WC_WITH_IMM).isNotZero();
            assertThat(Imm.fromRaw(received.getImm_data())).isEqualTo(0x8001_0203);
        }
    }

    @Test
    void aPlainSendHasNoImmediateFlag() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 64);
            pair.active.send(WrOpcode.SEND, SIGNALED, 2, 8);
            int flags = pair.passive.succeeded(1).getWc_flags();
            assertThat(flags & (WrOpcode.WC_WITH_IMM | WrOpcode.WC_WITH_INV)).isZero();
        }
    }

    @Test
    void aSendWithoutDataTakesAReceiveWithoutRoom() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 0);
            pair.active.send(WrOpcode.SEND, SIGNALED, 2, 0);
            assertThat(pair.passive.succeeded(1).getByte_len()).isZero();
            pair.active.succeeded(2);
        }
    }

    @Test
    void severalSgesAreGatheredAndScattered() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            for (int i = 0; i < 48; i++) {
                pair.active.memory.set(ValueLayout.JAVA_BYTE, i * 100L, (byte) i);
            }
            int lkey = pair.active.region.getLkey();
            long from = pair.active.region.getAddr();
            PostSend send = Subject.verbs().postSend(pair.active.qp, 1, 3).opcode(0, WrOpcode.SEND);
            send.flags(0, SIGNALED).wrId(0, 2).numSge(0, 3);
            send.sge(0, 0, from, 1, lkey).sge(0, 1, from + 100, 1, lkey).sge(0, 2, from + 200, 1, lkey);
            PostRecv receive =
                    Subject.verbs().postRecv(pair.passive.qp, 1, 2).wrId(0, 1).numSge(0, 2);
            long to = pair.passive.region.getAddr();
            int target = pair.passive.region.getLkey();
            receive.sge(0, 0, to + 1000, 2, target).sge(0, 1, to + 2000, 5, target);
            Endpoint.mustPost(receive.post(0, 1));
            Endpoint.mustPost(send.post(0, 1));
            assertThat(pair.passive.succeeded(1).getByte_len()).isEqualTo(3);
            assertThat(pair.passive.memory.get(ValueLayout.JAVA_BYTE, 1001)).isEqualTo((byte) 1);
            assertThat(pair.passive.memory.get(ValueLayout.JAVA_BYTE, 2000)).isEqualTo((byte) 2);
        }
    }

    @Test
    void aSendWaitsForTheReceiverWhoIsNotReady() throws Exception { // spec/rtrs.md 4.4
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.active.send(WrOpcode.SEND, SIGNALED, 1, 8);
            pair.active.send(WrOpcode.SEND, SIGNALED, 2, 8);
            Differences.notYetReported(pair.active);
            pair.passive.receive(11, 64);
            pair.passive.receive(12, 64);
            pair.active.succeeded(1);
            pair.active.succeeded(2);
            pair.passive.succeeded(11);
            pair.passive.succeeded(12);
        }
    }

    @Test
    void withoutRetriesASendToAReceiverWhoIsNotReadyFails() throws Exception {
        Differences.needsAcknowledgements();
        try (ConnectedPair pair = ConnectedPair.withRnrRetry(0)) {
            pair.active.send(WrOpcode.SEND, 0, 1, 8);
            IbvWC failed = pair.active.next();
            assertThat(failed.getWr_id()).isEqualTo(1);
            assertThat(failed.getStatus()).isEqualTo(Wc.RNR_RETRY_EXC_ERR);
        }
    }

    @Test
    void partsOfAChainArePostedAndChangedAndPostedAgain() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            PostSend chain = Subject.verbs().postSend(pair.active.qp, 4, 1);
            for (int i = 0; i < 4; i++) {
                chain.opcode(i, WrOpcode.SEND_WITH_IMM)
                        .flags(i, SIGNALED)
                        .wrId(i, i)
                        .imm(i, i);
                pair.passive.receive(100 + i, 64);
            }
            Endpoint.mustPost(chain.post(1, 2));
            Endpoint.mustPost(chain.post(3, 1));
            chain.wrId(0, 77).imm(0, 78);
            Endpoint.mustPost(chain.post(0, 1));
            assertThat(pair.active.next(4)).extracting(IbvWC::getWr_id).containsExactly(1L, 2L, 3L, 77L);
            assertThat(pair.passive.next(4))
                    .extracting(wc -> Imm.fromRaw(wc.getImm_data()))
                    .containsExactly(1, 2, 3, 78);
        }
    }

    @Test
    void aFullSendQueueRefusesWithEnomemAndNamesTheFirstNotPosted() throws Exception { // lessons Q4
        try (ConnectedPair pair = ConnectedPair.open()) {
            int tried = 4096;
            PostSend chain = Subject.verbs().postSend(pair.active.qp, tried, 1);
            for (int i = 0; i < tried; i++) {
                chain.wrId(i, i).flags(i, SIGNALED);
            }
            assertThat(chain.post(0, tried)).isEqualTo(12 /* ENOMEM */);
            assertThat(chain.badWr()).isBetween(ConnectedPair.DEPTH, tried - 1);
            Subject.verbs().modifyToError(pair.active.qp);
            long last = chain.badWr() - 1L;
            IbvWC wc = pair.active.next();
            for (long expected = 0; expected < last; expected++) {
                assertThat(wc.getWr_id()).isEqualTo(expected);
                wc = pair.active.next();
            }
            assertThat(wc.getWr_id()).isEqualTo(last);
        }
    }

    @Test
    void aHundredThousandSendsWithOneCompletionInSixteen() throws Exception { // lessons H4, Q1
        try (ConnectedPair pair = ConnectedPair.open()) {
            int rounds = Integer.getInteger("rtrs.test.posts", 100_000) / 16;
            PostSend sends = Subject.verbs().postSend(pair.active.qp, 16, 1);
            PostRecv receives = Subject.verbs().postRecv(pair.passive.qp, 16, 1);
            for (int i = 0; i < 16; i++) {
                sends.opcode(i, WrOpcode.SEND_WITH_IMM)
                        .flags(i, i == 15 ? SIGNALED : 0)
                        .wrId(i, i);
                receives.wrId(i, i);
            }
            for (int round = 0; round < rounds; round++) {
                Endpoint.mustPost(receives.post(0, 16));
                for (int i = 0; i < 16; i++) {
                    sends.imm(i, round * 16 + i);
                }
                Endpoint.mustPost(sends.post(0, 16));
                for (int i = 0; i < 16; i++) {
                    int imm = Imm.fromRaw(pair.passive.succeeded(i).getImm_data());
                    assertThat(imm).isEqualTo(round * 16 + i);
                }
                pair.active.succeeded(15);
            }
        }
    }

    @Test
    void chainsOfSeveralCallsArePostedAtOnceAndInOrder() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            SendBatch batch = Subject.verbs().sendBatch(pair.active.qp, 3);
            PostSend[] calls = new PostSend[3];
            for (int call = 0; call < 3; call++) {
                calls[call] = Subject.verbs().postSend(pair.active.qp, 4, 1);
            }
            for (int round = 0; round < 20; round++) {
                int next = 0;
                for (int call = 0; call < 3; call++) {
                    int first = (round + call) % 3; // other parts of the arrays every time
                    int count = 1 + round % 2;
                    for (int wr = first; wr < first + count; wr++) {
                        pair.passive.receive(next, 0);
                        calls[call]
                                .opcode(wr, WrOpcode.SEND_WITH_IMM)
                                .imm(wr, next++)
                                .flags(wr, 0);
                    }
                    calls[call]
                            .flags(first + count - 1, call == 2 ? SIGNALED : 0)
                            .wrId(first + count - 1, round);
                    batch.add(calls[call], first, count);
                }
                Endpoint.mustPost(batch.post());
                for (int i = 0; i < next; i++) {
                    assertThat(Imm.fromRaw(pair.passive.succeeded(i).getImm_data()))
                            .isEqualTo(i);
                }
                pair.active.succeeded(round);
            }
            assertThat(pair.passive.pollOnce()).isNull();
            Endpoint.mustPost(batch.post()); // nothing
            assertThat(pair.active.pollOnce()).isNull();
        }
    }

    @Test
    void aBatchStopsAtTheWorkRequestThatIsRefusedAndIsEmptyAfterwards() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            SendBatch batch = Subject.verbs().sendBatch(pair.active.qp, 3);
            PostSend good = pair.active.request(WrOpcode.SEND, SIGNALED, 1, 8);
            PostSend tooManySges = Subject.verbs().postSend(pair.active.qp, 1, 100);
            tooManySges.opcode(0, WrOpcode.SEND).numSge(0, 100).wrId(0, 2).flags(0, SIGNALED);
            PostSend behind = pair.active.request(WrOpcode.SEND, SIGNALED, 3, 8);
            for (int i = 0; i < 3; i++) {
                pair.passive.receive(i, 64);
            }
            batch.add(good, 0, 1);
            batch.add(tooManySges, 0, 1);
            batch.add(behind, 0, 1);
            assertThat(batch.post()).isPositive();
            pair.active.succeeded(1);
            batch.add(behind, 0, 1);
            Endpoint.mustPost(batch.post());
            pair.active.succeeded(3);
            assertThat(pair.active.pollOnce()).isNull();
        }
    }

    @Test
    void aBatchTakesOnlyWhatFitsAndCallsOfItsOwnQueuePair() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            SendBatch batch = Subject.verbs().sendBatch(pair.active.qp, 1);
            PostSend foreign = pair.passive.request(WrOpcode.SEND, 0, 1, 8);
            PostSend own = pair.active.request(WrOpcode.SEND, SIGNALED, 2, 8);
            assertThat(batch.capacity()).isEqualTo(1);
            assertThatThrownBy(() -> batch.add(foreign, 0, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> batch.add(own, 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            batch.add(own, 0, 1);
            assertThatThrownBy(() -> batch.add(own, 0, 1)).isInstanceOf(IllegalStateException.class);
            pair.passive.receive(1, 64);
            Endpoint.mustPost(batch.post());
            pair.active.succeeded(2);
        }
    }
}
