package io.rtrs.interop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvRecvWR;
import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvSge;
import com.ibm.disni.verbs.SVCPostSend;
import io.rtrs.verbs.Imm;
import org.junit.jupiter.api.Test;

import java.lang.foreign.ValueLayout;
import java.util.LinkedList;
import java.util.List;

/** What a program written for DiSNI does: its own objects' methods, its lists, its modifiers. */
@SuppressWarnings({"JdkObsolete", "NonApiType"}) // DiSNI's lists of SGEs are LinkedLists
class DisniProgramContractTest extends ContractTest {
    @Test
    void disnisListsAndModifiersCarryASend() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.active.memory.set(ValueLayout.JAVA_INT, 128, 4711);
            IbvRecvWR receive = new IbvRecvWR();
            receive.setWr_id(1);
            receive.setSg_list(sges(pair.passive.region.getAddr(), 64, pair.passive.region.getLkey()));
            receive.setNum_sge(1);
            pair.passive.qp.postRecv(List.of(receive), null).execute().free();

            IbvSendWR send = new IbvSendWR();
            send.setWr_id(2);
            send.setOpcode(IbvSendWR.IBV_WR_SEND_WITH_IMM);
            send.setSend_flags(IbvSendWR.IBV_SEND_SIGNALED);
            send.setImm_data(Imm.toRaw(99));
            send.setSg_list(sges(pair.active.region.getAddr(), 4, pair.active.region.getLkey()));
            send.setNum_sge(1);
            SVCPostSend call = pair.active.qp.postSend(List.of(send), null);
            SVCPostSend.SendWRMod change = call.getWrMod(0);
            assertThat(change.getOpcode()).isEqualTo(IbvSendWR.IBV_WR_SEND_WITH_IMM);
            change.setWr_id(3);
            change.getSgeMod(0).setAddr(pair.active.region.getAddr() + 128);
            call.execute();

            assertThat(Imm.fromRaw(pair.passive.succeeded(1).getImm_data())).isEqualTo(99);
            pair.active.succeeded(3);
            assertThat(pair.passive.memory.get(ValueLayout.JAVA_INT, 0)).isEqualTo(4711);
        }
    }

    @Test
    void aStatefulWriteIsExecutedAgainWithAnotherAddress() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            IbvSendWR write = new IbvSendWR();
            write.setOpcode(IbvSendWR.IBV_WR_RDMA_WRITE);
            write.setSend_flags(IbvSendWR.IBV_SEND_SIGNALED);
            write.getRdma().setRkey(pair.passive.region.getRkey());
            write.setSg_list(sges(pair.active.region.getAddr(), 8, pair.active.region.getLkey()));
            write.setNum_sge(1);
            SVCPostSend call = pair.active.qp.postSend(List.of(write), null);
            for (int i = 0; i < 5; i++) {
                pair.active.memory.set(ValueLayout.JAVA_LONG, 0, i);
                call.getWrMod(0).setWr_id(i);
                call.getWrMod(0).getRdmaMod().setRemote_addr(pair.passive.region.getAddr() + 8L * i);
                call.execute();
                pair.active.succeeded(i);
                Differences.placed(pair);
                assertThat(pair.passive.memory.get(ValueLayout.JAVA_LONG, 8L * i))
                        .isEqualTo(i);
            }
            call.free();
        }
    }

    private static LinkedList<IbvSge> sges(long address, int length, int lkey) {
        IbvSge sge = new IbvSge();
        sge.setAddr(address);
        sge.setLength(length);
        sge.setLkey(lkey);
        return new LinkedList<>(List.of(sge));
    }
}
