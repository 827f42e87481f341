package io.rtrs.soft.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the specification is stricter than rxe, which is the oracle of the provider contract. */
class WindowTest {
    private static final int ACCESS = IbvMr.IBV_ACCESS_REMOTE_WRITE;

    @ParameterizedTest(name = "{1} bytes at offset {0} of the region: status {2}")
    @CsvSource({"1024, 1024, 0", "1023, 2, 10", "2047, 2, 10", "0, 8, 10", "2048, 8, 10"})
    void aWindowDoesNotReachBeyondItsOwnBounds(long offset, int length, int status)
            throws Exception { // spec/rocev2.md 18.60
        try (Pair pair = new Pair()) {
            Window window = (Window) pair.verbs.allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            long base = pair.passive.region.getAddr();
            pair.verbs
                    .bindMw(pair.passive.qp, window, pair.passive.region)
                    .bind(1, 0, base + 1024, 1024, IbvMr.IBV_ACCESS_REMOTE_WRITE);
            pair.active.post(WrOpcode.RDMA_WRITE, IbvSendWR.IBV_SEND_SIGNALED, 2, length, base + offset, window.rkey());
            assertThat(pair.active.next().getStatus()).isEqualTo(status);
            pair.verbs.deallocMw(window);
        }
    }

    @ParameterizedTest(name = "type {0}")
    @ValueSource(ints = {MemoryWindow.TYPE_1, MemoryWindow.TYPE_2})
    void aRevokedKeyIsRefusedUntilTheNextBind(int type) throws Exception {
        try (Pair pair = new Pair()) {
            MemoryWindow window = pair.verbs.allocMw(pair.passive.pd, type);
            long base = pair.passive.region.getAddr();
            for (int i = 0; i < 300; i++) { // more than a window has keys
                bind(pair, window, MemoryWindow.nextRkey(window.rkey()), IbvSendWR.IBV_SEND_SIGNALED);
                assertThat(pair.passive.next().getStatus()).isEqualTo(Status.SUCCESS);
                pair.active.post(WrOpcode.RDMA_WRITE, IbvSendWR.IBV_SEND_SIGNALED, i, 8, base, window.rkey());
                assertThat(pair.active.next().getStatus()).isEqualTo(Status.SUCCESS);
                assertThat(window.revoke()).isTrue();
            }
            assertThat(window.revoke()).as("a second time").isTrue();
            pair.active.post(WrOpcode.RDMA_WRITE, IbvSendWR.IBV_SEND_SIGNALED, 300, 8, base, window.rkey());
            assertThat(pair.active.next().getStatus()).isEqualTo(Status.REM_ACCESS_ERR);
            pair.verbs.deallocMw(window);
        }
    }

    @Test
    void aKeyThatIsPostedAndNotBoundYetCannotBeRevoked() throws Exception {
        try (Pair pair = new Pair()) {
            MemoryWindow window = pair.verbs.allocMw(pair.passive.pd, MemoryWindow.TYPE_2);
            int key = MemoryWindow.nextRkey(window.rkey());
            PostSend prepared = pair.verbs
                    .postSend(pair.passive.qp, 1, 0)
                    .bindWindow(0, window, key, pair.passive.region, pair.passive.region.getAddr(), 64, ACCESS);
            assertThat(window.revoke()).isFalse();
            prepared.post(0, 1);
            assertThat(window.revoke()).isTrue();
            pair.verbs.deallocMw(window);
        }
    }

    private static void bind(Pair pair, MemoryWindow window, int key, int flags) throws Exception {
        pair.verbs
                .postSend(pair.passive.qp, 1, 0)
                .bindWindow(0, window, key, pair.passive.region, pair.passive.region.getAddr(), 64, ACCESS)
                .flags(0, flags)
                .post(0, 1);
    }

    @Test
    void aSecondInvalidationFailsTheReceiverWithoutHarm() throws Exception {
        try (Pair pair = new Pair()) {
            MemoryWindow window = pair.verbs.allocMw(pair.passive.pd, MemoryWindow.TYPE_2);
            int key = MemoryWindow.nextRkey(window.rkey());
            bind(pair, window, key, 0);
            for (int i = 0; i < 2; i++) {
                pair.passive.receive(i, 0);
                pair.verbs
                        .postSend(pair.active.qp, 1, 0)
                        .opcode(0, WrOpcode.SEND_WITH_INV)
                        .flags(0, IbvSendWR.IBV_SEND_SIGNALED)
                        .invalidate(0, key)
                        .post(0, 1);
                int expected = i == 0 ? Status.SUCCESS : Status.REM_INV_REQ_ERR;
                assertThat(pair.active.next().getStatus()).isEqualTo(expected);
                assertThat(pair.passive.next().getStatus()).isEqualTo(expected);
            }
            pair.verbs.deallocMw(window);
        }
    }
}
