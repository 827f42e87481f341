package io.rtrs.interop.contract;

import static io.rtrs.interop.contract.Endpoint.REMOTE_WRITE;
import static io.rtrs.interop.contract.Endpoint.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.BindWindow;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.io.IOException;

/** spec/rtrs.md 17.1. A window is never invalidated twice here: that crashes the kernel that is the oracle (item 4). */
class WindowContractTest extends ContractTest {
    private static final long OFFSET = 4096;
    private static final int BYTES = 4096;

    @Test
    void aBoundWindowOfTypeOneCanBeWrittenThrough() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            bindOne(pair.passive, window, BYTES);
            writes(pair, window.rkey());
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void aWindowOfTypeOneIsBoundAndRevokedByWorkRequestsToo() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            PostSend bind = Subject.verbs().postSend(pair.passive.qp, 1, 1);
            for (int round = 0; round < 300; round++) {
                bindByRequest(pair.passive, bind, window, BYTES);
                if (round % 100 == 0) {
                    writes(pair, window.rkey());
                    Differences.placed(pair);
                }
                bindByRequest(pair.passive, bind, window, 0);
            }
            bindByRequest(pair.passive, bind, window, BYTES);
            int announced = window.rkey();
            bindByRequest(pair.passive, bind, window, 0);
            refused(pair, announced);
            Subject.verbs().deallocMw(window);
        }
    }

    private static void bindByRequest(Endpoint side, PostSend bind, MemoryWindow window, int bytes) throws Exception {
        int key = MemoryWindow.nextRkey(window.rkey());
        bind.bindWindow(0, window, key, side.region, side.region.getAddr() + OFFSET, bytes, REMOTE_WRITE)
                .flags(0, SIGNALED)
                .wrId(0, key);
        Endpoint.mustPost(bind.post(0, 1));
        side.succeeded(key);
        assertThat(window.rkey()).isEqualTo(key);
    }

    @Test
    void aWindowOfTypeOneServesAllQueuePairsOfItsDomain() throws Exception { // spec/rtrs.md 17.1, 5
        try (ConnectedPair pair = ConnectedPair.open();
                ConnectedPair other = ConnectedPair.sharing(pair.passive.pd)) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            bindOne(pair.passive, window, BYTES);
            long address = pair.passive.region.getAddr() + OFFSET;
            other.active.rdma(WrOpcode.RDMA_WRITE, SIGNALED, 1, 8, address, window.rkey());
            other.active.succeeded(1);
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void aBindOfLengthZeroRevokesTheKey() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            bindOne(pair.passive, window, BYTES);
            int announced = window.rkey();
            bindOne(pair.passive, window, 0);
            refused(pair, announced);
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void eachBindChangesTheLowEightBitsOfTheKeyOnly() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            int before = window.rkey();
            for (int i = 0; i < 300; i++) {
                bindOne(pair.passive, window, i % 2 == 0 ? BYTES : 0);
                int now = window.rkey();
                assertThat(now).isNotEqualTo(before);
                assertThat(now & 0xffffff00).isEqualTo(before & 0xffffff00);
                before = now;
            }
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void theOldKeyOfAReboundWindowIsRefused() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            bindOne(pair.passive, window, BYTES);
            int old = window.rkey();
            bindOne(pair.passive, window, BYTES);
            writes(pair, window.rkey());
            refused(pair, old);
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void aWindowThatWasNeverBoundIsRefused() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            refused(pair, window.rkey());
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void aSendPostedAfterABindMayCarryTheNewKey() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            BindWindow bind = Subject.verbs().bindMw(pair.passive.qp, window, pair.passive.region);
            pair.active.receive(1, 0);
            Endpoint.mustPost(bind.bind(5, 0, pair.passive.region.getAddr() + OFFSET, BYTES, REMOTE_WRITE));
            Endpoint.mustPost(pair.passive
                    .request(WrOpcode.SEND_WITH_IMM, SIGNALED, 6, 0)
                    .imm(0, window.rkey())
                    .post(0, 1));
            int key = io.rtrs.verbs.Imm.fromRaw(pair.active.succeeded(1).getImm_data());
            pair.passive.succeeded(6);
            writes(pair, key);
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void aBindNeedsARegionThatAllowsIt() throws Exception { // spec/rtrs.md 17.1, 7
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryRegion region = Subject.verbs()
                    .regMr(
                            pair.passive.pd,
                            pair.arena.allocate(4096, 4096),
                            IbvMr.IBV_ACCESS_LOCAL_WRITE | IbvMr.IBV_ACCESS_REMOTE_WRITE);
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            BindWindow bind = Subject.verbs().bindMw(pair.passive.qp, window, region);
            bindFails(pair.passive, bind.bind(1, SIGNALED, region.getAddr(), 64, REMOTE_WRITE));
            Subject.verbs().deallocMw(window);
            Subject.verbs().deregMr(region).execute();
        }
    }

    @Test
    void aBindBeyondTheRegionFails() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            BindWindow bind = Subject.verbs().bindMw(pair.passive.qp, window, pair.passive.region);
            long address = pair.passive.region.getAddr() + 1;
            bindFails(pair.passive, bind.bind(1, SIGNALED, address, Endpoint.REGION_BYTES, REMOTE_WRITE));
            Subject.verbs().deallocMw(window);
        }
    }

    /** Some verbs libraries see it before anything is posted, others let the device find out. */
    private static void bindFails(Endpoint end, int errno) throws IOException {
        if (errno == 0) {
            assertThat(end.next().getStatus()).isEqualTo(Wc.MW_BIND_ERR);
        } else {
            assertThat(errno).isEqualTo(22 /* EINVAL */);
        }
    }

    @Test
    void aRegionWithABoundWindowCannotBeDeregistered() throws Exception { // spec/rocev2.md 18.62
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryRegion region =
                    Subject.verbs().regMr(pair.passive.pd, pair.arena.allocate(4096, 4096), Endpoint.ALL_ACCESS);
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            BindWindow bind = Subject.verbs().bindMw(pair.passive.qp, window, region);
            Endpoint.mustPost(bind.bind(1, SIGNALED, region.getAddr(), 64, REMOTE_WRITE));
            pair.passive.succeeded(1);
            assertThatThrownBy(() -> Subject.verbs().deregMr(region).execute())
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.errno()).isIn(16 /* EBUSY */, 22 /* EINVAL */));
            pair.active.rdma(WrOpcode.RDMA_WRITE, SIGNALED, 2, 8, region.getAddr(), window.rkey());
            pair.active.succeeded(2);
            Differences.placed(pair);
            Subject.verbs().deallocMw(window);
            Subject.verbs().deregMr(region).execute();
        }
    }

    @Test
    void aFreedWindowsKeyIsRefused() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            bindOne(pair.passive, window, BYTES);
            int key = window.rkey();
            Subject.verbs().deallocMw(window);
            refused(pair, key);
        }
    }

    @Test
    void aWindowOfTypeTwoIsBoundByAWorkRequest() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_2);
            int key = MemoryWindow.nextRkey(window.rkey());
            IbvWC bound = bindTwo(pair.passive, window);
            assertThat(bound.getOpcode()).isEqualTo(WrOpcode.WC_BIND_MW);
            assertThat(window.rkey()).isEqualTo(key);
            writes(pair, key);
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void aWindowOfTypeTwoServesItsOwnQueuePairOnly() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open();
                ConnectedPair other = ConnectedPair.sharing(pair.passive.pd)) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_2);
            bindTwo(pair.passive, window);
            other.passive.receive(1, 0);
            long address = pair.passive.region.getAddr() + OFFSET;
            other.active.rdma(WrOpcode.RDMA_WRITE, 0, 2, 8, address, window.rkey());
            RemoteMemoryContractTest.refused(other);
            writes(pair, window.rkey());
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void localInvalidateRevokesAndTheWindowCanBeBoundAgain() throws Exception { // spec/rtrs.md 17.1, 3
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_2);
            bindTwo(pair.passive, window);
            int old = window.rkey();
            Endpoint.mustPost(pair.passive
                    .request(WrOpcode.LOCAL_INV, SIGNALED, 8, 0)
                    .invalidate(0, old)
                    .post(0, 1));
            assertThat(pair.passive.succeeded(8).getOpcode()).isEqualTo(WrOpcode.WC_LOCAL_INV);
            bindTwo(pair.passive, window);
            assertThat(window.rkey()).isNotEqualTo(old);
            writes(pair, window.rkey());
            refused(pair, old);
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void sendWithInvalidateRevokesAtTheReceiver() throws Exception { // spec/rtrs.md 17.1, 3 and 17.3, 1
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_2);
            bindTwo(pair.passive, window);
            int key = window.rkey();
            pair.passive.receive(1, 64);
            writes(pair, key);
            Endpoint.mustPost(pair.active
                    .request(WrOpcode.SEND_WITH_INV, SIGNALED, 9, 8)
                    .invalidate(0, key)
                    .post(0, 1));
            IbvWC told = pair.passive.succeeded(1);
            assertThat(told.getWc_flags() & WrOpcode.WC_WITH_INV).isNotZero();
            assertThat(told.getImm_data()).isEqualTo(key);
            assertThat(told.getOpcode()).isEqualTo(WrOpcode.WC_RECV);
            pair.active.succeeded(9);
            bindTwo(pair.passive, window);
            writes(pair, window.rkey());
            refused(pair, key);
            Subject.verbs().deallocMw(window);
        }
    }

    @Test
    void localInvalidateOfARegionsKeyFails() throws Exception { // spec/rtrs.md 17.1, 2
        try (ConnectedPair pair = ConnectedPair.open()) {
            Endpoint.mustPost(pair.active
                    .request(WrOpcode.LOCAL_INV, 0, 1, 0)
                    .invalidate(0, pair.active.region.getRkey())
                    .post(0, 1));
            assertThat(pair.active.next().getStatus()).isEqualTo(Wc.LOC_QP_OP_ERR);
        }
    }

    @Test
    void aBindWithoutRemoteWriteDoesNotAllowWrites() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryWindow window = Subject.verbs().allocMw(pair.passive.pd, MemoryWindow.TYPE_1);
            BindWindow bind = Subject.verbs().bindMw(pair.passive.qp, window, pair.passive.region);
            long address = pair.passive.region.getAddr() + OFFSET;
            Endpoint.mustPost(bind.bind(1, SIGNALED, address, BYTES, IbvMr.IBV_ACCESS_REMOTE_READ));
            pair.passive.succeeded(1);
            refused(pair, window.rkey());
            Subject.verbs().deallocMw(window);
        }
    }

    private static void bindOne(Endpoint end, MemoryWindow window, long length) throws IOException {
        BindWindow bind = Subject.verbs().bindMw(end.qp, window, end.region);
        Endpoint.mustPost(bind.bind(7, SIGNALED, end.region.getAddr() + OFFSET, length, REMOTE_WRITE));
        assertThat(end.succeeded(7).getOpcode()).isEqualTo(WrOpcode.WC_BIND_MW);
        bind.free();
    }

    private static IbvWC bindTwo(Endpoint end, MemoryWindow window) throws IOException {
        int key = MemoryWindow.nextRkey(window.rkey());
        Endpoint.mustPost(Subject.verbs()
                .postSend(end.qp, 1, 0)
                .bindWindow(0, window, key, end.region, end.region.getAddr() + OFFSET, BYTES, REMOTE_WRITE)
                .flags(0, SIGNALED)
                .wrId(0, 7)
                .post(0, 1));
        return end.succeeded(7);
    }

    /** A write through the window's range succeeds with this key. */
    private static void writes(ConnectedPair pair, int rkey) throws IOException {
        long address = pair.passive.region.getAddr() + OFFSET;
        pair.active.rdma(WrOpcode.RDMA_WRITE, SIGNALED, 4, BYTES, address, rkey);
        pair.active.succeeded(4);
    }

    private static void refused(ConnectedPair pair, int rkey) throws Exception {
        pair.passive.receive(1, 0);
        pair.active.rdma(WrOpcode.RDMA_WRITE, 0, 2, 8, pair.passive.region.getAddr() + OFFSET, rkey);
        RemoteMemoryContractTest.refused(pair);
    }
}
