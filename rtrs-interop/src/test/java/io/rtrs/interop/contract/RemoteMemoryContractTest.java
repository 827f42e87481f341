package io.rtrs.interop.contract;

import static io.rtrs.interop.contract.Endpoint.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

class RemoteMemoryContractTest extends ContractTest {
    @Test
    void aWriteChangesThePeersMemoryAndTellsIt() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 0);
            pair.active.memory.set(ValueLayout.JAVA_LONG, 0, 42);
            Endpoint.mustPost(pair.active
                    .request(WrOpcode.RDMA_WRITE_WITH_IMM, SIGNALED, 2, 8)
                    .remote(0, pair.passive.region.getAddr() + 16, pair.passive.region.getRkey())
                    .imm(0, 0x1234_5678)
                    .post(0, 1));
            IbvWC told = pair.passive.succeeded(1);
            assertThat(told.getOpcode()).isEqualTo(WrOpcode.WC_RECV_RDMA_WITH_IMM);
            assertThat(told.getByte_len()).isEqualTo(8);
            assertThat(Imm.fromRaw(told.getImm_data())).isEqualTo(0x1234_5678);
            assertThat(told.getWc_flags() & WrOpcode.WC_WITH_IMM).isNotZero();
            assertThat(pair.passive.memory.get(ValueLayout.JAVA_LONG, 16)).isEqualTo(42);
            assertThat(pair.active.succeeded(2).getOpcode()).isEqualTo(WrOpcode.WC_RDMA_WRITE);
        }
    }

    @Test
    void writesAreInMemoryWhenALaterMessageIsSeen() throws Exception { // spec/rtrs.md 17.3, 10
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemorySegment filled = pair.active.memory.fill((byte) 7);
            pair.passive.receive(1, 0);
            long address = pair.passive.region.getAddr();
            int rkey = pair.passive.region.getRkey();
            pair.active.rdma(WrOpcode.RDMA_WRITE, 0, 2, Endpoint.REGION_BYTES, address, rkey);
            pair.active.send(WrOpcode.SEND, 0, 3, 0);
            pair.passive.succeeded(1);
            assertThat(pair.passive.memory.mismatch(filled)).isEqualTo(-1);
        }
    }

    @Test
    void aWriteWithoutDataNeedsNoKey() throws Exception { // spec/rtrs.md 17.3, 4
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 0);
            pair.active.rdma(WrOpcode.RDMA_WRITE_WITH_IMM, SIGNALED, 2, 0, 0, 0);
            assertThat(pair.passive.succeeded(1).getByte_len()).isZero();
            pair.active.succeeded(2);
        }
    }

    @Test
    void aPlainWriteTakesNoReceive() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.active.rdma(
                    WrOpcode.RDMA_WRITE, SIGNALED, 1, 8, pair.passive.region.getAddr(), pair.passive.region.getRkey());
            pair.active.succeeded(1);
            assertThat(pair.passive.pollOnce()).isNull();
        }
    }

    @ParameterizedTest(name = "{2} bytes from offset {0} of the region with key xor {1}")
    @CsvSource({
        "0, 1, 8", // another consumer part
        "0, 256, 8", // another index, perhaps of nothing
        "-1, 0, 8", // before the region
        "65529, 0, 8", // over its end
        "65536, 0, 1", // right behind it
        "-8, 0, 16" // over its beginning
    })
    void aWriteThatTheKeyDoesNotAllowFailsTheConnection(long offset, int wrongBits, int length) throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 0);
            pair.active.rdma(
                    WrOpcode.RDMA_WRITE,
                    0,
                    2,
                    length,
                    pair.passive.region.getAddr() + offset,
                    pair.passive.region.getRkey() ^ wrongBits);
            refused(pair);
        }
    }

    @Test
    void aRangeThatWrapsAroundTheAddressSpaceIsRefused() throws Exception { // lessons 2.2, overflow of iova + length
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 0);
            pair.active.rdma(WrOpcode.RDMA_WRITE, 0, 2, 4096, -2048, pair.passive.region.getRkey());
            refused(pair);
        }
    }

    @Test
    void aRegionWithoutRemoteWriteIsNotWritten() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemorySegment memory = pair.arena.allocate(4096, 4096);
            MemoryRegion local = Subject.verbs().regMr(pair.passive.pd, memory, IbvMr.IBV_ACCESS_LOCAL_WRITE);
            pair.passive.receive(1, 0);
            pair.active.memory.set(ValueLayout.JAVA_LONG, 0, 42);
            pair.active.rdma(WrOpcode.RDMA_WRITE, 0, 2, 8, local.getAddr(), local.getRkey());
            refused(pair);
            assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isZero();
            Subject.verbs().deregMr(local).execute();
        }
    }

    @Test
    void aRegionOfAnotherDomainIsNotWritten() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 0);
            pair.active.rdma(WrOpcode.RDMA_WRITE, 0, 2, 8, pair.active.region.getAddr(), pair.active.region.getRkey());
            refused(pair);
        }
    }

    @Test
    void aDeregisteredKeyIsRefused() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemorySegment memory = pair.arena.allocate(4096, 4096);
            MemoryRegion gone = Subject.verbs().regMr(pair.passive.pd, memory, Endpoint.ALL_ACCESS);
            Subject.verbs().deregMr(gone).execute();
            pair.passive.receive(1, 0);
            pair.active.rdma(WrOpcode.RDMA_WRITE, 0, 2, 8, memory.address(), gone.getRkey());
            refused(pair);
        }
    }

    @Test
    void aWriteWithImmediateThatIsRefusedIsNotDelivered() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 0);
            pair.active.rdma(WrOpcode.RDMA_WRITE_WITH_IMM, 0, 2, 8, pair.passive.region.getAddr(), 0);
            Differences.refusedSend(pair, 2, Wc.REM_ACCESS_ERR);
            assertThat(pair.passive.next().getStatus()).isNotEqualTo(Wc.SUCCESS);
        }
    }

    @Test
    void aReadFetchesThePeersMemory() throws Exception {
        try (ConnectedPair pair = ConnectedPair.withReads()) {
            pair.passive.memory.set(ValueLayout.JAVA_LONG, 8, 4711);
            pair.active.rdma(
                    WrOpcode.RDMA_READ,
                    SIGNALED,
                    1,
                    8,
                    pair.passive.region.getAddr() + 8,
                    pair.passive.region.getRkey());
            assertThat(pair.active.succeeded(1).getOpcode()).isEqualTo(WrOpcode.WC_RDMA_READ);
            assertThat(pair.active.memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(4711);
        }
    }

    @Test
    void aReadFromARegionWithoutRemoteReadIsRefused() throws Exception {
        try (ConnectedPair pair = ConnectedPair.withReads()) {
            MemorySegment memory = pair.arena.allocate(4096, 4096);
            int access = IbvMr.IBV_ACCESS_LOCAL_WRITE | IbvMr.IBV_ACCESS_REMOTE_WRITE;
            MemoryRegion region = Subject.verbs().regMr(pair.passive.pd, memory, access);
            pair.active.rdma(WrOpcode.RDMA_READ, SIGNALED, 1, 8, region.getAddr(), region.getRkey());
            assertThat(pair.active.next().getStatus()).isEqualTo(Wc.REM_ACCESS_ERR);
            Subject.verbs().deregMr(region).execute();
        }
    }

    /** The requester learns that the access was refused; the responder's queue pair goes to the error state. */
    static void refused(ConnectedPair pair) throws Exception {
        Differences.refusedSend(pair, 2, Wc.REM_ACCESS_ERR);
        assertThat(pair.passive.next().getStatus()).isEqualTo(Wc.WR_FLUSH_ERR);
        assertThat(Subject.verbs().queryState(pair.passive.qp)).isEqualTo(IbvQP.IBV_QPS_ERR);
    }
}
