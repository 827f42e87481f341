package io.rtrs.soft.roce.rc;

import static io.rtrs.soft.roce.rc.Connection.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Random;

class DataPathTest {
    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aSendArrivesInItsReceive() throws IOException {
        Connection c = new Connection.Setup().connect();
        byte[] data = random(1001);
        c.a.fill(0, data);
        c.b.receive(5, 4096, 2000);
        c.a.post(WrOpcode.SEND, SIGNALED | IbvSendWR.IBV_SEND_SOLICITED, 6, 0, data.length);
        c.run();
        // spec/rocev2.md 18.16, 18.18 to 18.20: the numbers wrap, SE and AckReq on the last packet
        assertThat(c.trace)
                .containsExactly(
                        "A send first fffffa payload 256",
                        "A send middle fffffb payload 256",
                        "A send middle fffffc payload 256",
                        "A send last fffffd!* payload 233",
                        "B acknowledge fffffd 1f msn 1");
        assertThat(c.b.receives).containsExactly(new End.Done(false, 5, 0, WrOpcode.WC_RECV, 1001, 0, 0, true));
        assertThat(c.a.sends).containsExactly(new End.Done(true, 6, 0, WrOpcode.WC_SEND, 1001, 0, 0, false));
        assertThat(c.b.bytes(4096, 1001)).isEqualTo(data);
    }

    @Test
    void immediatesTravelAsTheyAreInMemory() throws IOException {
        Connection c = new Connection.Setup().connect();
        c.b.receive(1, 0, 0);
        c.b.receive(2, 0, 0);
        c.a.send.rawImm[0] = Imm.toRaw(0x90000001);
        c.a.post(WrOpcode.SEND_WITH_IMM, 0, 1, 0, 0);
        c.aAtB(0).post(WrOpcode.RDMA_WRITE_WITH_IMM, SIGNALED, 2, 0, 300);
        c.run();
        assertThat(c.b.receives)
                .containsExactly(
                        new End.Done(
                                false, 1, 0, WrOpcode.WC_RECV, 0, Imm.toRaw(0x90000001), WrOpcode.WC_WITH_IMM, false),
                        // spec/rocev2.md 18.48
                        new End.Done(
                                false,
                                2,
                                0,
                                WrOpcode.WC_RECV_RDMA_WITH_IMM,
                                300,
                                Imm.toRaw(0x90000001),
                                WrOpcode.WC_WITH_IMM,
                                false));
        assertThat(c.a.sends).hasSize(1); // spec/rocev2.md 18.33
    }

    @Test
    void aWriteLeavesNoTraceButItsData() throws IOException {
        Connection c = new Connection.Setup().connect();
        byte[] data = random(3000);
        c.a.fill(100, data);
        c.b.receive(1, 0, 100);
        c.write(7, 100, 3000);
        c.run();
        assertThat(c.b.bytes(100, 3000)).isEqualTo(data);
        assertThat(c.b.receives).isEmpty();
        assertThat(c.a.sends).containsExactly(new End.Done(true, 7, 0, WrOpcode.WC_RDMA_WRITE, 3000, 0, 0, false));
    }

    @Test
    void aReadTakesTheNumbersOfItsAnswer() throws IOException {
        Connection c = new Connection.Setup().connect();
        byte[] data = random(700);
        c.b.fill(0, data);
        c.aAtB(0).post(WrOpcode.RDMA_READ, SIGNALED, 1, 2000, 700);
        c.write(2, 5000, 1);
        c.run();
        // spec/rocev2.md 18.21, 18.51
        assertThat(c.trace)
                .containsExactly(
                        "A read request fffffa! dma 700",
                        "A write only fffffd! dma 1 payload 1",
                        "B read response first fffffa 1f msn 1 payload 256",
                        "B read response middle fffffb payload 256",
                        "B read response last fffffc 1f msn 1 payload 188",
                        "B acknowledge fffffd 1f msn 2");
        assertThat(c.a.bytes(2000, 700)).isEqualTo(data);
        assertThat(End.Done.ids(c.a.sends)).containsExactly(1L, 2L);
    }

    @Test
    void atomicsReturnWhatTheyFound() throws IOException {
        Connection c = new Connection.Setup().connect();
        c.b.region.memory.set(ValueLayout.JAVA_LONG, 8, 40);
        c.a.send.operand[0] = 2;
        c.aAtB(8).post(WrOpcode.ATOMIC_FETCH_AND_ADD, SIGNALED, 1, 0, 8);
        c.a.send.operand[0] = 42;
        c.a.send.swap[0] = -7;
        c.aAtB(8).post(WrOpcode.ATOMIC_CMP_AND_SWP, SIGNALED, 2, 8, 8);
        c.aAtB(8).post(WrOpcode.ATOMIC_CMP_AND_SWP, SIGNALED, 3, 16, 8);
        c.run();
        assertThat(c.b.region.memory.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(-7);
        assertThat(c.a.region.memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(40);
        assertThat(c.a.region.memory.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(42);
        assertThat(c.a.region.memory.get(ValueLayout.JAVA_LONG, 16)).isEqualTo(-7); // spec/rocev2.md 18.52
        assertThat(End.Done.statuses(c.a.sends)).containsExactly(0, 0, 0);
    }

    @Test
    void inlineDataMayChangeAfterThePost() throws IOException {
        Connection c = new Connection.Setup().connect();
        c.a.fill(0, new byte[] {1, 2, 3});
        c.b.receive(1, 0, 16);
        c.a.post(WrOpcode.SEND, SIGNALED | IbvSendWR.IBV_SEND_INLINE, 1, 0, 3);
        c.a.fill(0, new byte[] {9, 9, 9});
        c.run();
        assertThat(c.b.bytes(0, 3)).containsExactly(1, 2, 3);
    }

    @Test
    void sgesArePutTogetherAndTakenApart() throws IOException {
        Connection c = new Connection.Setup().connect();
        byte[] data = random(900);
        c.a.fill(0, data);
        int[] lengths = {1, 0, 500, 399};
        for (int i = 0, at = 0; i < 4; at += lengths[i++]) {
            c.a.send.setSge(0, i, c.a.address(at), lengths[i], c.a.region.fixedKey);
            c.b.receive.setSge(0, i, c.b.address(10_000 - i * 300L), 300 * ((i & 1) ^ 1), c.b.region.fixedKey);
        }
        c.a.send.setNumSge(0, 4);
        c.b.receive.setSge(0, 3, c.b.address(20_000), 1000, c.b.region.fixedKey);
        c.b.receive.setNumSge(0, 4);
        c.b.qp.postReceives(c.b.receive, 0, 1, c.b.posted);
        c.a.post(WrOpcode.SEND, SIGNALED, 1);
        c.run();
        assertThat(End.Done.statuses(c.b.receives)).containsExactly(Status.SUCCESS);
        assertThat(c.b.bytes(10_000, 300)).isEqualTo(java.util.Arrays.copyOfRange(data, 0, 300));
        assertThat(c.b.bytes(10_000 - 600, 300)).isEqualTo(java.util.Arrays.copyOfRange(data, 300, 600));
        assertThat(c.b.bytes(20_000, 300)).isEqualTo(java.util.Arrays.copyOfRange(data, 600, 900));
    }
}
