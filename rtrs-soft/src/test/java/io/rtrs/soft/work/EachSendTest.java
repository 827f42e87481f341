package io.rtrs.soft.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.libc.Errno;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** A batch of sends within the process. */
class EachSendTest {
    private static final long REFUSED = 13;

    private final List<String> heard = new ArrayList<>();
    private final WorkQueues qp = new WorkQueues() {
        @Override
        public int postSends(SendArray from, int first, int count, Posted posted) {
            heard.add("post " + from.wrId[first] + " " + count);
            return from.wrId[first] == REFUSED ? Errno.ENOMEM : 0;
        }

        @Override
        public void ring() {
            heard.add("ring");
        }

        @Override
        public int postReceives(ReceiveArray from, int first, int count, Posted posted) {
            throw new AssertionError();
        }

        @Override
        public void retire(boolean send, long sequence) {
            throw new AssertionError();
        }

        @Override
        public int number() {
            return 7;
        }
    };

    private SendCall call(long id) {
        SendCall made = new SendCall(qp, 2, 1);
        made.wrId(0, id);
        return made;
    }

    private SendCall call(long id, int bytes, int... opcodes) {
        SendCall made = new SendCall(qp, opcodes.length, 1);
        for (int wr = 0; wr < opcodes.length; wr++) {
            made.wrId(wr, id + wr)
                    .opcode(wr, opcodes[wr])
                    .sge(wr, 0, 0, bytes, 0)
                    .numSge(wr, 1);
        }
        return made;
    }

    @Test
    void shortWritesAndInvalidatesThatChainsBeginWithArePostedSideBySide() {
        EachSend batch = new EachSend(qp, 4);
        batch.add(call(10, 4096, WrOpcode.RDMA_WRITE, WrOpcode.SEND_WITH_INV, WrOpcode.SEND_WITH_IMM), 0, 3);
        batch.add(call(20, 64, WrOpcode.SEND_WITH_INV, WrOpcode.BIND_MW, WrOpcode.SEND_WITH_IMM), 0, 3);
        batch.add(call(30, 4096, WrOpcode.SEND, WrOpcode.RDMA_WRITE, WrOpcode.SEND_WITH_IMM), 1, 2);
        batch.add(call(40, 64, WrOpcode.SEND_WITH_IMM), 0, 1);
        assertThat(batch.post()).isZero();
        assertThat(heard)
                .containsExactly(
                        "post 10 1",
                        "post 31 1",
                        "post 11 1",
                        "post 20 1",
                        "post 12 1",
                        "post 21 2",
                        "post 32 1",
                        "post 40 1",
                        "ring");
    }

    @Test
    void aLongWriteAndALoneOneStayWhereTheyAre() {
        EachSend batch = new EachSend(qp, 4);
        batch.add(call(10, 4097, WrOpcode.RDMA_WRITE, WrOpcode.SEND_WITH_IMM), 0, 2);
        batch.add(call(20, 64, WrOpcode.RDMA_WRITE), 0, 1);
        batch.add(call(30, 64, WrOpcode.RDMA_WRITE, WrOpcode.SEND_WITH_IMM), 0, 2);
        assertThat(batch.post()).isZero();
        assertThat(heard).containsExactly("post 30 1", "post 10 2", "post 20 1", "post 31 1", "ring");
    }

    @Test
    void itRingsOnceForAllChains() {
        EachSend batch = new EachSend(qp, 4);
        batch.add(call(1), 0, 2);
        batch.add(call(2), 0, 1);
        assertThat(batch.post()).isZero();
        assertThat(heard).containsExactly("post 1 2", "post 2 1", "ring");
    }

    @Test
    void whatWasPostedBeforeARefusalStarts() {
        EachSend batch = new EachSend(qp, 4);
        batch.add(call(1), 0, 1);
        batch.add(call(REFUSED), 0, 1);
        batch.add(call(2), 0, 1);
        assertThat(batch.post()).isEqualTo(Errno.ENOMEM);
        assertThat(heard).containsExactly("post 1 1", "post 13 1", "ring");
    }

    @Test
    void aSinglePostRings() {
        assertThat(call(1).post(0, 1)).isZero();
        assertThat(heard).containsExactly("post 1 1", "ring");
    }
}
