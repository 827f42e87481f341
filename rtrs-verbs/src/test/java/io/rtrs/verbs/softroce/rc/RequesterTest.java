package io.rtrs.verbs.softroce.rc;

import static io.rtrs.verbs.softroce.rc.Connection.A_PSN;
import static io.rtrs.verbs.softroce.rc.Connection.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.memory.Window;
import io.rtrs.verbs.softroce.rc.QpAttributes.Patience;
import io.rtrs.verbs.softroce.wire.Aeth;
import io.rtrs.verbs.softroce.wire.Bth;
import io.rtrs.verbs.softroce.wire.RoceOpcode;
import io.rtrs.verbs.work.Errno;
import io.rtrs.verbs.work.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Answers made by hand, and what A makes of them. */
class RequesterTest {
    private static final int QPN = 0x15;
    private static final int MTU = 256;
    private static final int FENCED = SIGNALED | IbvSendWR.IBV_SEND_FENCE;

    private Connection c = connection(new Connection.Setup());
    private End a = c.a;

    private static Connection connection(Connection.Setup setup) {
        try {
            return setup.connect();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void connect() {
        use(new Connection.Setup());
    }

    private void use(Connection.Setup setup) {
        c = connection(setup);
        c.network = (fromA, packet, delivery) -> {};
        a = c.a;
    }

    private void withPatience(Patience patience) {
        Connection.Setup setup = new Connection.Setup();
        setup.patience = patience;
        use(setup);
    }

    private String[] said() {
        a.drain(c.nowNs);
        String[] lines = c.trace.stream().map(line -> line.substring(2)).toArray(String[]::new);
        c.trace.clear();
        return lines;
    }

    private void answer(byte[] packet) {
        c.deliver(a, packet);
        a.drain(c.nowNs);
    }

    private void ack(int psn, int syndrome) {
        answer(Packets.ack(QPN, psn, syndrome));
    }

    private void ack(int psn) {
        ack(psn, Aeth.ACK);
    }

    private void read(long id, int length) {
        c.aAtB(0).post(WrOpcode.RDMA_READ, SIGNALED, id, 4096, length);
    }

    private void readResponse(RoceOpcode code, int psn, int payload) {
        answer(Packets.readResponse(code, QPN, psn, payload, psn));
    }

    @Test
    void oneAckCompletesAllBeforeIt() {
        c.write(1, 0, 1);
        c.write(2, 0, 600);
        a.post(WrOpcode.SEND, SIGNALED, 3, 0, 4);
        said();
        ack(A_PSN + 4);
        assertThat(End.Done.ids(a.sends)).containsExactly(1L, 2L, 3L); // spec/rocev2.md 18.23
        assertThat(a.qp.nextDeadlineNs()).isEqualTo(QueuePair.NO_DEADLINE);
    }

    @Test
    void anAckInTheMiddleOfAMessageCompletesNothing() {
        c.write(1, 0, 600);
        said();
        ack(A_PSN + 1);
        assertThat(a.sends).isEmpty();
        ack(A_PSN + 2);
        assertThat(a.sends).hasSize(1);
    }

    @Test
    void anAckBeyondAReadMeansThatItsAnswerWasLost() {
        c.write(1, 0, 1);
        read(2, 300);
        c.write(3, 0, 1);
        said();
        ack(A_PSN + 3);
        // spec/rocev2.md 18.24
        assertThat(End.Done.ids(a.sends)).containsExactly(1L);
        assertThat(said()).containsExactly("read request fffffb! dma 300", "write only fffffd! dma 1 payload 1");
        ack(A_PSN + 3);
        assertThat(said()).as("asked once").isEmpty();
    }

    @Test
    void aSequenceNakHasTheRestSentAgain() {
        a.fill(0, new byte[] {1, 2, 3});
        c.write(1, 0, 600);
        c.write(2, 0, 3);
        List<byte[]> packets = new ArrayList<>();
        c.network = (fromA, packet, delivery) -> packets.add(packet);
        a.drain(c.nowNs);
        ack(A_PSN + 1, Aeth.NAK_PSN_SEQUENCE);
        // spec/rocev2.md 18.25: the same packets from there, byte for byte
        assertThat(packets).hasSize(7);
        for (int i = 1; i < 4; i++) {
            assertThat(packets.get(i + 3)).isEqualTo(packets.get(i));
        }
        assertThat(a.sends).isEmpty();
        ack(A_PSN + 3);
        assertThat(End.Done.ids(a.sends)).containsExactly(1L, 2L);
    }

    @ParameterizedTest
    @CsvSource({"97, 9", "98, 10", "99, 11", "100, 11", "64, 11"})
    void aRefusalFailsTheRequestThatItNames(int syndrome, int status) {
        c.write(1, 0, 1);
        a.post(WrOpcode.SEND, 0, 2, 0, 300);
        c.write(3, 0, 1);
        a.receive(9, 0, 10);
        said();
        ack(A_PSN + 2, syndrome);
        c.write(4, 0, 1);
        a.drain(c.nowNs);
        // spec/rocev2.md 18.26, 18.33: it was not signaled, 18.34
        assertThat(End.Done.ids(a.sends)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(End.Done.statuses(a.sends)).containsExactly(0, status, 5, 5);
        assertThat(End.Done.statuses(a.receives)).containsExactly(5);
        assertThat(said()).isEmpty();
    }

    @Test
    void anRnrNakIsWaitedFor() {
        c.write(1, 0, 1);
        a.post(WrOpcode.SEND, SIGNALED, 2, 0, 4);
        said();
        ack(A_PSN + 1, Aeth.RNR | 14);
        assertThat(End.Done.ids(a.sends)).containsExactly(1L);
        ack(A_PSN + 1, Aeth.NAK_PSN_SEQUENCE);
        c.write(3, 0, 1);
        assertThat(a.qp.nextDeadlineNs()).isEqualTo(c.nowNs + 1_280_000);
        c.nowNs += 1_279_999;
        assertThat(said()).isEmpty(); // spec/rocev2.md 18.27
        c.nowNs++;
        assertThat(said()).containsExactly("send only fffffb! payload 4", "write only fffffc! dma 1 payload 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 6})
    void aPeerThatIsNeverReadyIsGivenUp(int retries) {
        withPatience(new Patience(14, 0, retries, 12));
        a.post(WrOpcode.SEND, SIGNALED, 1, 0, 4);
        for (int i = 0; i < retries; i++) {
            assertThat(said()).hasSize(1);
            ack(A_PSN, Aeth.RNR | 1);
            c.nowNs += 10_000;
        }
        assertThat(said()).hasSize(1);
        assertThat(a.sends).isEmpty();
        ack(A_PSN, Aeth.RNR | 1);
        assertThat(End.Done.statuses(a.sends)).containsExactly(Status.RNR_RETRY_EXC_ERR); // spec/rocev2.md 18.28
    }

    @Test
    void sevenRnrRetriesNeverEnd() {
        a.post(WrOpcode.SEND, SIGNALED, 1, 0, 4);
        for (int i = 0; i < 100; i++) {
            assertThat(said()).hasSize(1);
            ack(A_PSN, Aeth.RNR);
            c.nowNs += 655_360_000;
        }
        assertThat(a.sends).isEmpty(); // spec/rocev2.md 18.28
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void aSilentPeerIsGivenUp(int retries) {
        withPatience(new Patience(14, retries, 7, 12));
        c.write(1, 0, 600);
        c.write(2, 0, 1);
        long start = c.nowNs;
        c.run();
        // spec/rocev2.md 18.29
        assertThat(c.trace).hasSize(4 * (retries + 1));
        assertThat(c.nowNs - start).isEqualTo((retries + 1) * (4096L << 14));
        assertThat(End.Done.statuses(a.sends)).containsExactly(Status.RETRY_EXC_ERR, Status.WR_FLUSH_ERR);
    }

    @Test
    void progressRefillsThePatience() {
        withPatience(new Patience(14, 1, 0, 12));
        for (int i = 0; i < 20; i++) {
            c.write(i, 0, 1);
        }
        said();
        for (int i = 0; i < 19; i++) {
            c.nowNs += 4096L << 14;
            assertThat(said()).hasSize(20 - i);
            ack(A_PSN + i);
        }
        assertThat(a.qp.state()).isEqualTo(QueuePair.State.RTS);
    }

    @Test
    void withoutATimeoutNothingIsSentAgain() {
        withPatience(new Patience(0, 7, 7, 12));
        c.write(1, 0, 1);
        said();
        assertThat(a.qp.nextDeadlineNs()).isEqualTo(QueuePair.NO_DEADLINE);
    }

    @Test
    void staleAnswersAndThoseOfTheFutureAreIgnored() {
        c.write(1, 0, 1);
        said();
        ack(A_PSN - 1);
        ack(A_PSN + 1);
        ack(A_PSN + 1, Aeth.NAK_REMOTE_ACCESS);
        assertThat(a.sends).isEmpty();
        ack(A_PSN);
        ack(A_PSN);
        ack(A_PSN, Aeth.NAK_REMOTE_ACCESS);
        ack(A_PSN, Aeth.NAK_PSN_SEQUENCE);
        assertThat(said()).isEmpty(); // spec/rocev2.md 18.30
        assertThat(End.Done.statuses(a.sends)).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsMissingOfAReadIsAskedForAgain(boolean startsWithMiddle) {
        read(1, 4 * MTU);
        said();
        readResponse(RoceOpcode.READ_RESPONSE_FIRST, A_PSN, MTU);
        readResponse(RoceOpcode.READ_RESPONSE_MIDDLE, A_PSN + 2, MTU);
        // spec/rocev2.md 18.31
        assertThat(a.bytes(4096 + 2 * MTU, MTU)).containsOnly(0);
        assertThat(said()).containsExactly("read request fffffb! dma 768");
        readResponse(RoceOpcode.READ_RESPONSE_LAST, A_PSN + 3, MTU);
        assertThat(said()).isEmpty();
        RoceOpcode next = startsWithMiddle ? RoceOpcode.READ_RESPONSE_MIDDLE : RoceOpcode.READ_RESPONSE_FIRST;
        readResponse(next, A_PSN + 1, MTU); // spec/rocev2.md 18.32
        readResponse(RoceOpcode.READ_RESPONSE_MIDDLE, A_PSN + 2, MTU);
        readResponse(RoceOpcode.READ_RESPONSE_LAST, A_PSN + 3, MTU);
        assertThat(End.Done.statuses(a.sends)).containsExactly(0);
        for (int i = 0; i < 4; i++) {
            assertThat(a.bytes(4096 + i * MTU, 1)).containsExactly((byte) (A_PSN + i));
        }
    }

    @Test
    void aReadAnswerAcknowledgesWhatIsBeforeIt() {
        c.write(1, 0, 1);
        read(2, 1);
        said();
        readResponse(RoceOpcode.READ_RESPONSE_ONLY, A_PSN + 1, 1);
        assertThat(End.Done.ids(a.sends)).containsExactly(1L, 2L);
    }

    @ParameterizedTest
    @CsvSource({
        "READ_RESPONSE_ONLY, 256",
        "READ_RESPONSE_FIRST, 252",
        "READ_RESPONSE_MIDDLE, 0",
        "ATOMIC_ACKNOWLEDGE, 0"
    })
    void anAnswerThatFitsNothingFailsTheRead(RoceOpcode code, int payload) {
        read(1, 600);
        said();
        readResponse(code, A_PSN, payload);
        assertThat(End.Done.statuses(a.sends)).containsExactly(Completer.BAD_RESP_ERR);
    }

    @Test
    void aReadAnswerToAWriteFailsIt() {
        c.write(1, 0, 4);
        said();
        readResponse(RoceOpcode.READ_RESPONSE_ONLY, A_PSN, 4);
        assertThat(End.Done.statuses(a.sends)).containsExactly(Completer.BAD_RESP_ERR);
    }

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
        bind(window, key, 100);
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

    private void bind(Window window, int key, long length) {
        a.send.window[0] = window;
        a.send.region[0] = a.region;
        a.send.rkey[0] = key;
        a.send.remote[0] = a.address(0);
        a.send.operand[0] = length;
        a.send.access[0] = IbvMr.IBV_ACCESS_REMOTE_WRITE;
        a.send.numSge[0] = 0;
        a.post(WrOpcode.BIND_MW, SIGNALED, 1);
    }

    @Test
    void aBindAgainstTheRulesFails() throws IOException {
        Window window = a.window(MemoryWindow.TYPE_2);
        bind(window, MemoryWindow.nextRkey(window.rkey()), a.region.size + 1);
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
