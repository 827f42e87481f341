package io.rtrs.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.disni.verbs.IbvCQ;
import com.ibm.disni.verbs.IbvPd;
import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.DeviceAttr;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

class LifetimeContractTest extends ContractTest {
    @Test
    void aDomainInUseCannotBeFreed() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            assertThatThrownBy(() -> Subject.verbs().deallocPd(pair.active.pd))
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.errno()).isEqualTo(16 /* EBUSY */));
            works(pair);
        }
    }

    @Test
    void aCompletionQueueInUseCannotBeDestroyed() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            assertThatThrownBy(() -> Subject.verbs().destroyCQ(pair.active.cq))
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.errno()).isEqualTo(16 /* EBUSY */));
            works(pair);
        }
    }

    @Test
    void remoteWriteWithoutLocalWriteIsRefused() throws Exception { // spec/rtrs.md 17.1, 8
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemorySegment memory = pair.arena.allocate(4096, 4096);
            assertThatThrownBy(() -> Subject.verbs().regMr(pair.active.pd, memory, Endpoint.REMOTE_WRITE))
                    .isInstanceOfSatisfying(
                            VerbsException.class, e -> assertThat(e.errno()).isEqualTo(22 /* EINVAL */));
        }
    }

    @Test
    void theSameMemoryCanBeRegisteredTwice() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            MemoryRegion again = Subject.verbs().regMr(pair.passive.pd, pair.passive.memory, Endpoint.ALL_ACCESS);
            assertThat(again.getRkey()).isNotEqualTo(pair.passive.region.getRkey());
            pair.active.rdma(WrOpcode.RDMA_WRITE, Endpoint.SIGNALED, 1, 8, again.getAddr(), again.getRkey());
            pair.active.succeeded(1);
            Differences.placed(pair);
            Subject.verbs().deregMr(again).execute();
            works(pair);
        }
    }

    @Test
    void keysOfRegionsThatExistTogetherDiffer() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open();
                Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(4096, 4096);
            java.util.Set<Integer> keys = new java.util.HashSet<>();
            java.util.List<MemoryRegion> regions = new java.util.ArrayList<>();
            for (int i = 0; i < 100; i++) {
                MemoryRegion region = Subject.verbs().regMr(pair.active.pd, memory, Endpoint.ALL_ACCESS);
                regions.add(region);
                assertThat(keys.add(region.getRkey())).isTrue();
            }
            for (MemoryRegion region : regions) {
                Subject.verbs().deregMr(region).execute();
            }
        }
    }

    @Test
    void queueSizesBeyondTheDevicesLimitAreRefused() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            DeviceAttr device = Subject.verbs().queryDevice(pair.active.id.getVerbs());
            IbvPd pd = Subject.verbs().allocPd(pair.active.id.getVerbs());
            IbvCQ cq = Subject.verbs().createCQ(pair.active.id.getVerbs(), null, 16, 0);
            IbvQPInitAttr attr = new IbvQPInitAttr();
            attr.setQp_type(IbvQP.IBV_QPT_RC);
            attr.setSend_cq(cq);
            attr.setRecv_cq(cq);
            attr.cap().setMax_send_wr(device.maxQpWr() + 1);
            attr.cap().setMax_recv_wr(1);
            attr.cap().setMax_send_sge(1);
            attr.cap().setMax_recv_sge(1);
            var id = ConnectedPair.resolved(
                    pair.activeEvents, (java.net.InetSocketAddress) Subject.cm().getSrcAddr(pair.listener));
            assertThatThrownBy(() -> Subject.cm().createQP(id, pd, attr)).isInstanceOf(VerbsException.class);
            Subject.cm().destroyCmId(id);
            Subject.verbs().destroyCQ(cq);
            Subject.verbs().deallocPd(pd);
        }
    }

    @Test
    void theDeviceSaysWhatItCanDo() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            DeviceAttr device = Subject.verbs().queryDevice(pair.active.id.getVerbs());
            assertThat(device.name()).isNotBlank();
            assertThat(device.maxQpWr()).isGreaterThanOrEqualTo(2561); // spec/rtrs.md 4.5
            assertThat(device.maxCqe()).isGreaterThanOrEqualTo(3586);
            assertThat(device.windowType1() && device.windowType2() && device.localInvalidate())
                    .isTrue();
        }
    }

    @Test
    void aHundredConnectionsOneAfterAnotherLeaveNothing() throws Exception { // lessons L9
        for (int i = 0; i < Integer.getInteger("rtrs.test.connections", 100); i++) {
            try (ConnectedPair pair = ConnectedPair.open()) {
                works(pair);
            }
        }
    }

    private static void works(ConnectedPair pair) throws Exception {
        pair.passive.receive(1, 64);
        pair.active.send(WrOpcode.SEND, Endpoint.SIGNALED, 2, 8);
        pair.passive.succeeded(1);
        pair.active.succeeded(2);
    }
}
