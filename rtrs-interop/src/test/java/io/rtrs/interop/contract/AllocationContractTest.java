package io.rtrs.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.ibm.disni.verbs.IbvWC;
import com.ibm.disni.verbs.SVCPollCq;
import com.sun.management.ThreadMXBean;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostRecv;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.management.ManagementFactory;

class AllocationContractTest extends ContractTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = Integer.getInteger("rtrs.test.rounds", 20_000);

    private static final int REPETITIONS = 10;

    /** Only the full compiler removes the small objects of a native call that captures errno. */
    @BeforeEach
    void needsTheFullCompiler() {
        assumeTrue(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .noneMatch(argument -> argument.startsWith("-XX:TieredStopAtLevel")));
    }

    @Test
    void postingPollingArmingAndWaitingAllocateNothing() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            Round round = new Round(pair);
            round.repeat(ROUNDS); // class loading, linking and compilation may allocate
            assertThat(least(() -> round.repeat(ROUNDS)))
                    .as("bytes in %d rounds", ROUNDS)
                    .isLessThan(ROUNDS);
        }
    }

    @Test
    void bindingAWindowAllocatesNothing() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            BindWindow bind = Subject.verbs().bindMw(pair.passive.qp, window, pair.passive.region);
            IbvWC[] completions = {new IbvWC()};
            SVCPollCq poll = Subject.verbs().pollCQ(pair.passive.cq, completions, 1);
            bindAll(pair, bind, poll);
            assertThat(least(() -> bindAll(pair, bind, poll)))
                    .as("bytes in %d binds", ROUNDS)
                    .isLessThan(ROUNDS);
            bind.free();
            Subject.verbs().deallocMw(window);
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** Bytes that the work allocates; on a busy machine the compiler may need some repetitions to get to it. */
    private static long least(Work work) throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < REPETITIONS && least >= ROUNDS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static void bindAll(ConnectedPair pair, BindWindow bind, SVCPollCq poll) throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            long length = i % 2 == 0 ? 4096 : 0;
            int errno = bind.bind(i, Endpoint.SIGNALED, pair.passive.region.getAddr(), length, Endpoint.REMOTE_WRITE);
            Endpoint.mustPost(errno);
            spin(poll);
        }
    }

    private static void spin(SVCPollCq poll) throws IOException {
        while (poll.execute().getPolls() == 0) {
            Thread.onSpinWait();
        }
    }

    /** One write with immediate and what belongs to it. */
    private static final class Round {
        private final ConnectedPair pair;
        private final PostSend write;
        private final PostRecv receive;
        private final SVCPollCq sent;
        private final SVCPollCq received;

        Round(ConnectedPair pair) throws IOException {
            this.pair = pair;
            write = pair.active
                    .request(WrOpcode.RDMA_WRITE_WITH_IMM, Endpoint.SIGNALED, 1, 512)
                    .remote(0, pair.passive.region.getAddr(), pair.passive.region.getRkey());
            receive = Subject.verbs().postRecv(pair.passive.qp, 1, 1);
            IbvWC[] completions = {new IbvWC()};
            sent = Subject.verbs().pollCQ(pair.active.cq, completions, 1);
            received = Subject.verbs().pollCQ(pair.passive.cq, completions, 1);
        }

        void repeat(int times) throws IOException {
            for (int i = 0; i < times; i++) {
                pair.passive.arm.execute();
                Endpoint.mustPost(receive.post(0, 1));
                Endpoint.mustPost(write.wrId(0, i).imm(0, i).post(0, 1));
                pair.passive.channel.await(-1);
                spin(received);
                spin(sent);
            }
        }
    }
}
