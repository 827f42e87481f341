package io.rtrs.soft.roce.rc;

import static io.rtrs.soft.roce.rc.Connection.A_PSN;
import static io.rtrs.soft.roce.rc.Connection.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.libc.Errno;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** What A sends when, and what it does without sending. */
class RequesterOrderTest extends RequesterScene {
    private static final int FENCED = SIGNALED | IbvSendWR.IBV_SEND_FENCE;

    @Test
    void noMoreReadsThanAgreedOnAreOutstanding() {
        Connection.Setup setup = new Connection.Setup();
        setup.depth = 2;
        use(setup);
        read(1, 1);
        read(2, 1);
        c.aAtB(0).post(WrOpcode.ATOMIC_FETCH_AND_ADD, SIGNALED, 3, 0, 8);
        c.write(4, 0, 1);
        assertThat(said()).hasSize(2); // spec/rocev2.md 18.22
        readResponse(RoceOpcode.READ_RESPONSE_ONLY, A_PSN, 1);
        assertThat(said()).containsExactly("fetch add fffffc!", "write only fffffd! dma 1 payload 1");
    }

    @Test
    void theWindowIsNeverOverrunAndNeverFillsWithoutAskingForAnAck() {
        Connection.Setup setup = new Connection.Setup();
        setup.window = 16;
        use(setup);
        c.write(1, 0, 100 * MTU);
        String[] first = said();
        assertThat(first).hasSize(16);
        assertThat(first[15]).contains("!");
        ack(A_PSN + 3);
        assertThat(said()).hasSize(4);
        assertThat(first).filteredOn(line -> line.contains("!")).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aReadBeyondTheWindowIsReadInParts() {
        Connection.Setup setup = new Connection.Setup();
        setup.window = 8;
        use(setup);
        read(1, 10 * MTU + 1);
        assertThat(said()).containsExactly("read request fffffa! dma 1024", "read request fffffe! dma 1024");
        c.network = (fromA, packet, delivery) -> delivery.after(1, packet);
        c.b.fill(0, new byte[] {7});
        c.run();
        assertThat(End.Done.statuses(a.sends)).containsExactly(0);
        assertThat(a.bytes(4096, 10 * MTU + 1)).isEqualTo(c.b.bytes(0, 10 * MTU + 1));
    }

    @Test
    void aFenceWaitsForReads() {
        c.write(1, 0, 1);
        read(2, 1);
        c.aAtB(0).post(WrOpcode.RDMA_WRITE, FENCED, 3, 0, 1);
        assertThat(said()).hasSize(2);
        readResponse(RoceOpcode.READ_RESPONSE_ONLY, A_PSN + 1, 1);
        assertThat(said()).hasSize(1);
    }

    @Test
    void aWindowIsBoundAndRevokedInTheOrderOfTheQueue() throws IOException {
        Window window = a.window(MemoryWindow.TYPE_2);
        int key = MemoryWindow.nextRkey(window.rkey());
        bind(window, key, a.address(0), 100);
        a.post(WrOpcode.SEND, SIGNALED, 2, 0, 4);
        a.send.rkey[0] = key;
        a.post(WrOpcode.LOCAL_INV, SIGNALED, 3);
        assertThat(said()).hasSize(1);
        assertThat(a.region.windows.get()).isEqualTo(1);
        assertThat(End.Done.ids(a.sends)).containsExactly(1L);
        ack(A_PSN);
        // spec/rocev2.md 6.8, 18.61
        assertThat(a.region.windows.get()).isZero();
        assertThat(a.sends)
                .extracting(End.Done::opcode)
                .containsExactly(WrOpcode.WC_BIND_MW, WrOpcode.WC_SEND, WrOpcode.WC_LOCAL_INV);
    }

    private void bind(Window window, int key, long address, long length) {
        a.send.window[0] = window;
        a.send.region[0] = a.region;
        a.send.rkey[0] = key;
        a.send.remote[0] = address;
        a.send.operand[0] = length;
        a.send.access[0] = IbvMr.IBV_ACCESS_REMOTE_WRITE;
        a.send.numSge[0] = 0;
        a.post(WrOpcode.BIND_MW, SIGNALED, 1);
    }

    @Test
    void aBindAgainstTheRulesFails() throws IOException {
        bindFails(a.address(0), a.region.size + 1);
    }

    @Test
    void aBindFromTheEndOfTheAddressesOnFails() throws IOException {
        bindFails(-1, a.address(101)); // the sum, modulo 2^64, is in the region
    }

    @Test
    void aBindOfNearlyAllAddressesFails() throws IOException {
        bindFails(a.address(1), -1); // the sum is the region's first byte
    }

    private void bindFails(long address, long length) throws IOException {
        Window window = a.window(MemoryWindow.TYPE_2);
        bind(window, MemoryWindow.nextRkey(window.rkey()), address, length);
        a.drain(c.nowNs);
        assertThat(End.Done.statuses(a.sends)).containsExactly(Status.MW_BIND_ERR);
    }

    @Test
    void aWrongLocalInvalidationFails() {
        a.send.rkey[0] = a.region.fixedKey;
        a.post(WrOpcode.LOCAL_INV, 0, 1);
        c.write(2, 0, 1);
        a.drain(c.nowNs);
        // spec/rocev2.md 18.58
        assertThat(End.Done.statuses(a.sends)).containsExactly(Status.LOC_QP_OP_ERR, Status.WR_FLUSH_ERR);
    }

    @Test
    void aBadLocalKeyFailsInItsTurn() {
        c.write(1, 0, 1);
        a.send.setSge(0, 0, a.address(0), 4, a.region.fixedKey + 1);
        a.post(WrOpcode.SEND, 0, 2);
        c.write(3, 0, 1);
        assertThat(said()).hasSize(1);
        assertThat(a.sends).isEmpty();
        ack(A_PSN);
        // spec/rocev2.md 18.34
        assertThat(End.Done.statuses(a.sends)).containsExactly(0, Status.LOC_PROT_ERR, Status.WR_FLUSH_ERR);
    }

    @Test
    void anAtomicOfOtherThanEightBytesFails() {
        c.aAtB(0).post(WrOpcode.ATOMIC_FETCH_AND_ADD, 0, 1, 0, 4);
        a.drain(c.nowNs);
        assertThat(End.Done.statuses(a.sends)).containsExactly(Status.LOC_QP_OP_ERR);
    }

    @Test
    void slotsAreFreeOnceACompletionIsPolled() {
        for (int i = 0; i < End.DEPTH; i++) {
            assertThat(c.aAtB(0).post(WrOpcode.RDMA_WRITE, i == End.DEPTH - 1 ? SIGNALED : 0, i, 0, 1))
                    .isZero();
        }
        assertThat(a.post(WrOpcode.SEND, 0, 99, 0, 0)).isEqualTo(Errno.ENOMEM);
        said();
        ack(A_PSN + End.DEPTH - 1);
        assertThat(a.sends).hasSize(1);
        assertThat(a.post(WrOpcode.SEND, 0, 99, 0, 0)).isZero();
        assertThat(a.post(42, 0, 99, 0, 0)).isEqualTo(Errno.EINVAL);
    }

    @Test
    void aFullLinkEndsATurnOnly() {
        c.write(1, 0, 5 * MTU);
        a.room = 2;
        assertThat(a.qp.poll(a, 16, c.nowNs)).isEqualTo(2);
        assertThat(a.qp.hasWork()).isTrue();
        a.room = 100;
        assertThat(said())
                .containsExactly(
                        "write first fffffa dma 1280 payload 256",
                        "write middle fffffb payload 256",
                        "write middle fffffc payload 256",
                        "write middle fffffd payload 256",
                        "write last fffffe! payload 256");
    }

    @Test
    void anAckOvertakesTheRepetition() {
        c.write(1, 0, 5 * MTU);
        said();
        a.room = 0;
        c.deliver(a, Packets.ack(QPN, A_PSN + 1, Aeth.NAK_PSN_SEQUENCE));
        a.qp.poll(a, 16, c.nowNs);
        c.deliver(a, Packets.ack(QPN, A_PSN + 3, Aeth.ACK));
        a.room = 100;
        assertThat(said()).containsExactly("write last fffffe! payload 256");
    }

    @Test
    void paddingIsZeroAndCounted() {
        c.write(1, 0, 5);
        List<byte[]> packets = new ArrayList<>();
        c.network = (fromA, packet, delivery) -> packets.add(packet);
        a.drain(c.nowNs);
        byte[] packet = packets.getFirst();
        // spec/rocev2.md 18.2; the memory below was full of 0xa5
        assertThat(Bth.padCount(MemorySegment.ofArray(packet), 0)).isEqualTo(3);
        assertThat(packet).hasSize(12 + 16 + 8 + 4);
        assertThat(java.util.Arrays.copyOfRange(packet, 33, 36)).containsOnly(0);
    }
}
