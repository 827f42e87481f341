package io.rtrs.soft.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.LiveObjects;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.libc.Errno;
import org.junit.jupiter.api.Test;

import java.lang.foreign.ValueLayout;

class DataPathTest {
    private static final int SIGNALED = IbvSendWR.IBV_SEND_SIGNALED;

    @Test
    void aSendIsExecutedBeforePostReturns() throws Exception {
        try (Pair pair = new Pair()) {
            pair.active.region.segment().set(ValueLayout.JAVA_INT, 0, 4711);
            assertThat(pair.passive.receive(5, 64)).isZero();
            assertThat(pair.active.post(WrOpcode.SEND, SIGNALED, 6, 4, 0, 0)).isZero();
            IbvWC received = pair.passive.next();
            assertThat(received.getWr_id()).isEqualTo(5);
            assertThat(received.getStatus()).isZero();
            assertThat(received.getOpcode()).isEqualTo(WrOpcode.WC_RECV);
            assertThat(received.getByte_len()).isEqualTo(4);
            assertThat(pair.passive.region.segment().get(ValueLayout.JAVA_INT, 0))
                    .isEqualTo(4711);
            assertThat(pair.active.next().getWr_id()).isEqualTo(6);
        }
    }

    @Test
    void aSendWithoutReceiveWaitsForOneWithAllThatFollow() throws Exception {
        try (Pair pair = new Pair()) {
            pair.active.post(WrOpcode.SEND, SIGNALED, 1, 0, 0, 0);
            pair.active.post(
                    WrOpcode.RDMA_WRITE, SIGNALED, 2, 8, pair.passive.region.getAddr(), pair.passive.region.getRkey());
            assertThat(pair.active.drain()).isEmpty();
            pair.passive.receive(9, 0);
            assertThat(pair.active.drain()).extracting(IbvWC::getWr_id).containsExactly(1L, 2L);
        }
    }

    @Test
    void withoutRetriesAMissingReceiveFailsTheSendAtOnce() throws Exception {
        try (Pair pair = new Pair(0)) {
            pair.active.post(WrOpcode.SEND, 0, 1, 0, 0, 0);
            assertThat(pair.active.next().getStatus()).isEqualTo(Status.RNR_RETRY_EXC_ERR);
        }
    }

    @Test
    void unsignaledSendsFillTheQueueUntilACompletionIsPolled() throws Exception {
        try (Pair pair = new Pair()) {
            long remote = pair.passive.region.getAddr();
            int rkey = pair.passive.region.getRkey();
            for (int i = 0; i < Pair.DEPTH - 1; i++) {
                assertThat(pair.active.post(WrOpcode.RDMA_WRITE, 0, i, 8, remote, rkey))
                        .isZero();
            }
            assertThat(pair.active.post(WrOpcode.RDMA_WRITE, SIGNALED, 7, 8, remote, rkey))
                    .isZero();
            assertThat(pair.active.post(WrOpcode.RDMA_WRITE, 0, 8, 8, remote, rkey))
                    .isEqualTo(Errno.ENOMEM);
            assertThat(pair.active.next().getWr_id()).isEqualTo(7);
            assertThat(pair.active.post(WrOpcode.RDMA_WRITE, 0, 8, 8, remote, rkey))
                    .isZero();
        }
    }

    @Test
    void inlineDataMayBeChangedAfterPostAlthoughTheSendWaits() throws Exception {
        try (Pair pair = new Pair()) {
            pair.active.region.segment().set(ValueLayout.JAVA_LONG, 0, 1);
            pair.active.post(WrOpcode.SEND, IbvSendWR.IBV_SEND_INLINE, 1, 8, 0, 0);
            pair.active.region.segment().set(ValueLayout.JAVA_LONG, 0, 2);
            pair.passive.receive(9, 64);
            assertThat(pair.passive.next().getByte_len()).isEqualTo(8);
            assertThat(pair.passive.region.segment().get(ValueLayout.JAVA_LONG, 0))
                    .isEqualTo(1);
        }
    }

    @SuppressWarnings("JdkObsolete") // DiSNI wants a LinkedList
    @Test
    void atomicsReturnTheOldValueAndChangeTheRemoteOne() throws Exception {
        try (Pair pair = new Pair()) {
            IbvSendWR add = new IbvSendWR();
            add.setOpcode(WrOpcode.ATOMIC_FETCH_AND_ADD);
            add.setSend_flags(SIGNALED);
            add.getAtomic().setRemote_addr(pair.passive.region.getAddr());
            add.getAtomic().setRkey(pair.passive.region.getRkey());
            add.getAtomic().setCompare_add(5);
            com.ibm.disni.verbs.IbvSge sge = new com.ibm.disni.verbs.IbvSge();
            sge.setAddr(pair.active.region.getAddr());
            sge.setLength(8);
            sge.setLkey(pair.active.region.getLkey());
            add.setSg_list(new java.util.LinkedList<>(java.util.List.of(sge)));
            add.setNum_sge(1);
            pair.passive.region.segment().set(ValueLayout.JAVA_LONG, 0, 37);
            pair.verbs.postSend(pair.active.qp, java.util.List.of(add), null).execute();
            assertThat(pair.active.next().getOpcode()).isEqualTo(WrOpcode.WC_FETCH_ADD);
            assertThat(pair.active.region.segment().get(ValueLayout.JAVA_LONG, 0))
                    .isEqualTo(37);
            assertThat(pair.passive.region.segment().get(ValueLayout.JAVA_LONG, 0))
                    .isEqualTo(42);
        }
    }

    @Test
    void everythingDestroyedLeavesNothingBehind() throws Exception {
        Pair pair = new Pair();
        assertThat(pair.provider.liveObjects()).isEqualTo(new LiveObjects(2, 2, 0, 2, 2, 2, 1, 3));
        pair.close();
        assertThat(pair.provider.liveObjects().total()).isZero();
    }
}
