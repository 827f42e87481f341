package io.rtrs.soft.roce.rc;

import static io.rtrs.soft.roce.rc.Connection.A_PSN;
import static io.rtrs.soft.roce.rc.Connection.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/** What A makes of answers, and of their absence. */
class RequesterTest extends RequesterScene {
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
    @CsvSource({"0, 1", "1, 2", "6, 7", "7, 100"})
    void aSilentPeerIsGivenUp(int retries, int timeouts) {
        long timeoutNs = 4096L << 14;
        withPatience(new Patience(14, retries, 7, 12, 100 * timeoutNs));
        c.write(1, 0, 600);
        c.write(2, 0, 1);
        long start = c.nowNs;
        c.run();
        // spec/rocev2.md 18.29
        assertThat(c.nowNs - start).isEqualTo(timeouts * timeoutNs);
        assertThat(End.Done.statuses(a.sends)).containsExactly(Status.RETRY_EXC_ERR, Status.WR_FLUSH_ERR);
        assertThat(a.qp.counters().timeouts).isEqualTo(timeouts);
        assertThat(a.qp.counters().heardNs).isEqualTo(start);
    }

    @Test
    void noSilenceIsTooLongWhereNoneWasSet() {
        withPatience(new Patience(17, 7, 7, 12, 0));
        c.write(1, 0, 1);
        c.run(3_600_000_000_000L);
        assertThat(a.qp.state()).isEqualTo(QueuePair.State.RTS);
        assertThat(c.trace).as("within the back-off").hasSizeLessThan(10_000);
    }

    @Test
    void theFirstTimeWithoutAnAnswerOnePacketGoesAgain() {
        c.write(1, 0, 5 * MTU);
        said();
        c.nowNs = a.qp.nextDeadlineNs();
        assertThat(said()).containsExactly("write last fffffe! payload 256");
        c.nowNs = a.qp.nextDeadlineNs();
        assertThat(said()).as("the second time from the oldest on").hasSize(CongestionWindow.AFTER_SILENCE);
        ack(A_PSN + 4);
        assertThat(End.Done.ids(a.sends)).containsExactly(1L);
    }

    @Test
    void aProbeInTheMiddleOfAMessageAsksForAnAckAndTheRestFollows() {
        Connection.Setup setup = new Connection.Setup();
        setup.window = 4;
        use(setup);
        c.write(1, 0, 6 * MTU);
        assertThat(said()).hasSize(4);
        c.nowNs = a.qp.nextDeadlineNs();
        assertThat(said()).containsExactly("write middle fffffd! payload 256");
        ack(A_PSN + 3);
        assertThat(said()).containsExactly("write middle fffffe! payload 256", "write last ffffff! payload 256");
    }

    @Test
    void aNakToAProbeTellsWhatIsMissing() {
        c.write(1, 0, 5 * MTU);
        said();
        c.nowNs = a.qp.nextDeadlineNs();
        assertThat(said()).hasSize(1);
        ack(A_PSN + 3, Aeth.NAK_PSN_SEQUENCE);
        assertThat(said()).hasSize(2);
        ack(A_PSN + 3, Aeth.NAK_PSN_SEQUENCE);
        assertThat(said()).as("said twice").isEmpty();
    }

    /** The peer tells of a gap once, and would drop a probe behind it. */
    @Test
    void whatIsMissingGoesAgainTheFirstTimeWithoutAnAnswer() {
        c.write(1, 0, 5 * MTU);
        said();
        ack(A_PSN + 3, Aeth.NAK_PSN_SEQUENCE);
        String[] again = said();
        assertThat(again).hasSize(2);
        c.nowNs = a.qp.nextDeadlineNs();
        assertThat(said()).as("lost once more").isEqualTo(again);
        assertThat(a.qp.counters().probes).isZero();
        assertThat(a.qp.counters().losses).as("of one window").isEqualTo(1);
        ack(A_PSN + 4);
        assertThat(End.Done.ids(a.sends)).containsExactly(1L);
    }

    @Test
    void ofAReadTheRestIsAskedForAgain() {
        read(1, 4 * MTU);
        c.write(2, 0, 1);
        said();
        readResponse(RoceOpcode.READ_RESPONSE_FIRST, A_PSN, MTU);
        ack(A_PSN + 3, Aeth.ACK); // beyond the READ
        assertThat(said()).containsExactly("read request fffffb! dma 768", "write only fffffe! dma 1 payload 1");
    }

    @Test
    void aLostEndOfAReadIsAskedForByTheProbe() {
        read(1, 4 * MTU);
        said();
        readResponse(RoceOpcode.READ_RESPONSE_FIRST, A_PSN, MTU);
        c.nowNs = a.qp.nextDeadlineNs();
        assertThat(said()).containsExactly("read request fffffb! dma 768");
        readResponse(RoceOpcode.READ_RESPONSE_FIRST, A_PSN + 1, MTU);
        readResponse(RoceOpcode.READ_RESPONSE_MIDDLE, A_PSN + 2, MTU);
        readResponse(RoceOpcode.READ_RESPONSE_LAST, A_PSN + 3, MTU);
        assertThat(End.Done.statuses(a.sends)).containsExactly(0);
    }

    @Test
    void aProbeDoesNotCountAsOneMoreRead() {
        Connection.Setup setup = new Connection.Setup();
        setup.depth = 1;
        use(setup);
        read(1, 1);
        read(2, 1);
        assertThat(said()).hasSize(1);
        c.nowNs = a.qp.nextDeadlineNs();
        assertThat(said()).containsExactly("read request fffffa! dma 1");
        readResponse(RoceOpcode.READ_RESPONSE_ONLY, A_PSN, 1);
        assertThat(said()).containsExactly("read request fffffb! dma 1");
    }

    @Test
    void afterARoundTripWasMeasuredALostEndCostsMilliseconds() {
        c.network = (fromA, packet, delivery) -> delivery.after(Connection.DELAY_NS, packet);
        c.write(1, 0, 1);
        c.run();
        assertThat(a.qp.counters().roundTripNs).isEqualTo(2 * Connection.DELAY_NS);
        long start = c.nowNs;
        boolean[] lost = new boolean[1];
        c.network = (fromA, packet, delivery) -> {
            if (!fromA || lost[0]) {
                delivery.after(Connection.DELAY_NS, packet);
            }
            lost[0] |= fromA;
        };
        c.write(2, 0, 1);
        c.run();
        assertThat(End.Done.ids(a.sends)).containsExactly(1L, 2L);
        assertThat(c.nowNs - start).isLessThan(RoundTrip.LEAST_WAIT_NS + 100_000);
        assertThat(a.qp.counters().probes).isEqualTo(1);
        assertThat(a.qp.counters().resends).isZero();
    }

    @ParameterizedTest
    @CsvSource({"14, true, 0.1, 0.2", "14, false, 1, 1.1", "20, true, 0.1, 0.2", "20, false, 1, 1.1"})
    void aSilentPeerWhosePortIsRefusedIsGone(int ackTimeout, boolean here, double leastSeconds, double mostSeconds) {
        withPatience(new Patience(ackTimeout, 7, 7, 12));
        c.write(1, 0, 600);
        long start = c.nowNs;
        said();
        a.qp.onRefused(here, c.nowNs);
        c.run();
        assertThat(End.Done.statuses(a.sends)).containsExactly(Status.RETRY_EXC_ERR);
        assertThat((c.nowNs - start) / 1e9).isBetween(leastSeconds, mostSeconds);
        assertThat(a.qp.counters().timeouts).isGreaterThan(3);
    }

    @Test
    void aRefusalOfAPeerThatAnswersEndsNothing() {
        withPatience(new Patience(17, 7, 7, 12));
        a.qp.onRefused(true, c.nowNs); // nothing is under way
        c.write(1, 0, 600);
        said();
        a.qp.onRefused(true, c.nowNs);
        ack(A_PSN, Aeth.RNR); // it lives
        c.nowNs += 655_360_000;
        said();
        a.qp.onRefused(true, c.nowNs);
        ack(A_PSN); // a part of the message, and it lives
        c.run(10_000_000_000L);
        assertThat(a.sends).isEmpty();
        assertThat(a.qp.state()).isEqualTo(QueuePair.State.RTS);
    }

    @ParameterizedTest
    @CsvSource({"10, true", "39, true", "60, false"})
    void aPeerThatIsSilentForAWhileLosesNothing(int seconds, boolean lives) {
        withPatience(new Patience(17, 7, 7, 12));
        long silentFromNs = c.nowNs + 1_000_000;
        long silentUntilNs = silentFromNs + seconds * 1_000_000_000L;
        c.network = (fromA, packet, delivery) -> {
            boolean stopped = fromA && c.nowNs >= silentFromNs && c.nowNs < silentUntilNs;
            delivery.after((stopped ? silentUntilNs - c.nowNs : 0) + Connection.DELAY_NS, packet);
        };
        c.write(1, 0, 5 * MTU);
        c.run(2_000_000);
        assertThat(a.sends).hasSize(1);
        c.nowNs = silentFromNs;
        byte[] data = new byte[5 * MTU];
        java.util.Arrays.fill(data, (byte) 7);
        a.fill(0, data);
        c.write(2, 0, 5 * MTU);
        c.run(seconds * 1_000_000_000L + 2_000_000_000L);
        assertThat(End.Done.statuses(a.sends)).containsExactly(0, lives ? 0 : Status.RETRY_EXC_ERR);
        if (lives) {
            assertThat(c.b.bytes(0, data.length)).isEqualTo(data);
        } else {
            assertThat(a.qp.counters().heardNs).isLessThan(silentFromNs);
        }
        assertThat(a.qp.counters().packetsSent).isLessThan(1000);
    }

    @Test
    void progressRefillsThePatience() {
        withPatience(new Patience(14, 1, 0, 12));
        for (int i = 0; i < 20; i++) {
            c.write(i, 0, 1);
        }
        said();
        for (int i = 0; i < 19; i++) {
            c.nowNs = a.qp.nextDeadlineNs();
            assertThat(said()).hasSize(1);
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
}
