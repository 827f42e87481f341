package io.rtrs.soft.roce.rc;

import static io.rtrs.soft.roce.rc.Connection.A_PSN;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.ImmDt;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Which requests B executes, in which order, and what it answers. */
class ResponderTest extends ResponderScene {
    @Test
    void aBatchIsAcknowledgedOnce() {
        arrive(write(A_PSN, 1), write(A_PSN + 1, 1), write(A_PSN + 2, 1));
        assertThat(said()).containsExactly("acknowledge fffffc 1f msn 3");
    }

    @Test
    void aPacketThatDoesNotAskGetsNoAck() {
        b.receive(1, 0, 1024);
        arrive(withoutAckReq(plain(RoceOpcode.SEND_FIRST, A_PSN, MTU)));
        assertThat(said()).isEmpty();
    }

    @Test
    void aGapIsToldOnceWithAnAckBeforeIt() {
        arrive(write(A_PSN, 4), write(A_PSN + 2, 4));
        arrive(write(A_PSN + 3, 4));
        // spec/rocev2.md 18.36
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 1", "acknowledge fffffb 60 msn 1");
        arrive(write(A_PSN + 1, 4), write(A_PSN + 2, 4));
        arrive(write(A_PSN + 4, 4));
        assertThat(said())
                .containsExactly(
                        "acknowledge fffffc 1f msn 3", "acknowledge fffffc 1f msn 3", "acknowledge fffffd 60 msn 3");
    }

    @Test
    void whatArrivesInTheSameBatchWasNotMissing() {
        arrive(write(A_PSN, 4), write(A_PSN + 2, 4), write(A_PSN + 1, 4), write(A_PSN + 2, 4));
        assertThat(said()).containsExactly("acknowledge fffffc 1f msn 3");
    }

    @Test
    void aDuplicateIsAcknowledgedAndNotExecuted() {
        b.receive(1, 512, 64);
        b.receive(2, 640, 64);
        arrive(write(A_PSN, 8), plain(RoceOpcode.SEND_ONLY, A_PSN + 1, 8));
        b.fill(0, new byte[8]);
        said();
        arrive(write(A_PSN, 8));
        arrive(withoutAckReq(plain(RoceOpcode.SEND_ONLY, A_PSN + 1, 8)));
        // spec/rocev2.md 18.37, 18.40
        assertThat(said()).containsExactly("acknowledge fffffb 1f msn 2", "acknowledge fffffb 1f msn 2");
        assertThat(b.bytes(0, 8)).containsOnly(0);
        assertThat(End.Done.ids(b.receives)).containsExactly(1L);
    }

    /** An ACK that overtakes the answer would complete the READ at rxe, without its data. */
    @Test
    void noAckNamesAReadOrAnAtomic() {
        b.receive(1, 512, 64);
        byte[] send = plain(RoceOpcode.SEND_ONLY, A_PSN, 8);
        arrive(send);
        arrive(read(A_PSN + 1, 1));
        said();
        arrive(send);
        assertThat(said()).as("of a duplicate").containsExactly("acknowledge fffffa 1f msn 1");
        arrive(write(A_PSN + 3, 1));
        assertThat(said()).as("of a gap").containsExactly("acknowledge fffffc 60 msn 2");
        arrive(Packets.atomic(RoceOpcode.FETCH_ADD, QPN, A_PSN + 2, b.address(8), b.region.fixedKey, 5, 0));
        said();
        arrive(write(A_PSN + 4, 1));
        assertThat(said()).as("of a gap").containsExactly("acknowledge fffffd 60 msn 3");
        arrive(write(A_PSN + 3, 1));
        assertThat(said()).containsExactly("acknowledge fffffd 1f msn 4");
    }

    @Test
    void aDuplicateOfAWriteAndAGapAreBothAnswered() {
        arrive(write(A_PSN, 1));
        arrive(read(A_PSN + 1, 1));
        said();
        arrive(write(A_PSN, 1), write(A_PSN + 3, 1));
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 1", "acknowledge fffffc 60 msn 2");
    }

    @Test
    void aDuplicateReadIsReadAgain() {
        b.fill(0, new byte[] {1});
        arrive(read(A_PSN, 600));
        String[] first = said();
        b.fill(0, new byte[] {2});
        arrive(read(A_PSN, 600));
        assertThat(said()).isEqualTo(first); // spec/rocev2.md 18.38
        byte[] rest = Packets.read(QPN, A_PSN + 1, b.address(MTU), b.region.fixedKey, 600 - MTU);
        arrive(rest);
        assertThat(said())
                .containsExactly(
                        "read response first fffffb 1f msn 1 payload 256",
                        "read response last fffffc 1f msn 1 payload 88");
    }

    @Test
    void aReadThatIsNotRememberedIsDropped() {
        arrive(read(A_PSN, 600));
        said();
        arrive(read(A_PSN, 601)); // longer
        arrive(Packets.read(QPN, A_PSN + 1, b.address(0), b.region.fixedKey, 100)); // another place
        arrive(Packets.read(QPN, A_PSN, b.address(0), b.region.fixedKey + 1, 600)); // another key
        arrive(Packets.read(QPN, A_PSN - 1, b.address(0), b.region.fixedKey, 10)); // before it
        assertThat(said()).isEmpty(); // spec/rocev2.md 18.38
        for (int i = 0; i < 4; i++) {
            arrive(read(A_PSN + 3 + i, 1));
        }
        said();
        arrive(read(A_PSN, 600));
        assertThat(said()).as("four others took its place").isEmpty();
        assertThat(b.qp.state()).isEqualTo(QueuePair.State.RTS);
    }

    @Test
    void aLateDuplicateOfAReadWhoseKeyIsGoneChangesNothing() {
        arrive(read(A_PSN, 600));
        b.keys.release(b.region.fixedKey);
        said();
        arrive(read(A_PSN, 600));
        assertThat(said()).isEmpty();
        assertThat(b.qp.state()).isEqualTo(QueuePair.State.RTS);
    }

    @Test
    void aDuplicateAtomicReturnsTheFirstResult() {
        byte[] add = Packets.atomic(RoceOpcode.FETCH_ADD, QPN, A_PSN, b.address(8), b.region.fixedKey, 5, 0);
        arrive(add);
        arrive(add);
        assertThat(said()).containsExactly("atomic acknowledge fffffa 1f msn 1", "atomic acknowledge fffffa 1f msn 1");
        assertThat(b.region.memory.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(5); // spec/rocev2.md 18.39
    }

    @Test
    void aBigReadIsAnsweredBitByBit() {
        c.deliver(b, read(A_PSN, 40 * MTU));
        c.deliver(b, write(A_PSN + 40, 1));
        assertThat(b.qp.poll(b, 8, c.nowNs)).isEqualTo(8);
        assertThat(b.qp.hasWork()).isTrue();
        assertThat(said()).hasSize(8);
        b.drain(c.nowNs);
        assertThat(said()).hasSize(33).endsWith("acknowledge 000022 1f msn 2"); // spec/rocev2.md 18.56
    }

    @Test
    void aKeyThatDiesDuringAnAnswerEndsIt() {
        b.receive(1, 0, 8);
        c.deliver(b, read(A_PSN, 3 * MTU));
        b.qp.poll(b, 1, c.nowNs);
        b.keys.release(b.region.fixedKey);
        b.drain(c.nowNs);
        // spec/rocev2.md 7.8
        assertThat(said())
                .containsExactly("read response first fffffa 1f msn 1 payload 256", "acknowledge fffffb 62 msn 1");
        assertThat(End.Done.statuses(b.receives)).containsExactly(Status.WR_FLUSH_ERR);
    }

    @Test
    void aMessageTooLongForItsReceiveFailsBoth() {
        b.receive(1, 0, MTU);
        b.receive(2, 0, MTU);
        arrive(plain(RoceOpcode.SEND_FIRST, A_PSN, MTU), plain(RoceOpcode.SEND_LAST, A_PSN + 1, 1));
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 0", "acknowledge fffffb 61 msn 0");
        // spec/rocev2.md 18.49
        assertThat(End.Done.statuses(b.receives)).containsExactly(Status.LOC_LEN_ERR, Status.WR_FLUSH_ERR);
    }

    @Test
    void aReceiveWithABadKeyIsOurOwnFault() {
        b.receive(1, 0, MTU);
        b.keys.release(b.region.fixedKey);
        arrive(plain(RoceOpcode.SEND_ONLY, A_PSN, 1));
        assertThat(said()).containsExactly("acknowledge fffffa 63 msn 0");
        assertThat(End.Done.statuses(b.receives)).containsExactly(Status.LOC_PROT_ERR);
    }

    @Test
    void withoutReceiveThePeerWaits() {
        arrive(plain(RoceOpcode.SEND_ONLY, A_PSN, 4), write(A_PSN + 1, 4));
        assertThat(said()).containsExactly("acknowledge fffffa 2c msn 0"); // timer code 12
        arrive(plain(RoceOpcode.SEND_ONLY, A_PSN, 4));
        assertThat(said()).containsExactly("acknowledge fffffa 2c msn 0");
        b.receive(1, 0, 4);
        arrive(plain(RoceOpcode.SEND_ONLY, A_PSN, 4));
        // spec/rocev2.md 18.50
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 1");
        assertThat(End.Done.ids(b.receives)).containsExactly(1L);
    }

    @Test
    void anImmediateTakesItsReceiveWithTheLastPacket() {
        byte[] last = plain(RoceOpcode.WRITE_LAST_IMM, A_PSN + 1, 1);
        ImmDt.put(MemorySegment.ofArray(last), Bth.SIZE, 77);
        arrive(write(RoceOpcode.WRITE_FIRST, A_PSN, MTU, MTU + 1), last);
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 0", "acknowledge fffffb 2c msn 0");
        b.receive(1, 0, 0);
        arrive(last);
        assertThat(said()).containsExactly("acknowledge fffffb 1f msn 1");
        assertThat(b.receives).hasSize(1); // spec/rocev2.md 18.48
        assertThat(b.receives.getFirst().opcode()).isEqualTo(WrOpcode.WC_RECV_RDMA_WITH_IMM);
        assertThat(b.receives.getFirst().length()).isEqualTo(MTU + 1);
    }

    @Test
    void anInvalidatedKeyIsDeadWhenItsCompletionIsSeen() throws IOException {
        Window window = b.window(MemoryWindow.TYPE_2);
        int key = MemoryWindow.nextRkey(window.rkey());
        assertThat(window.bind(b.qp, b.domain, key, b.region, b.address(0), 100, IbvMr.IBV_ACCESS_REMOTE_WRITE))
                .isTrue();
        b.receive(1, 0, 64);
        arrive(withKey(plain(RoceOpcode.SEND_ONLY_INVALIDATE, A_PSN, 4), key));
        // spec/rocev2.md 18.53
        assertThat(b.receives)
                .containsExactly(new End.Done(false, 1, 0, WrOpcode.WC_RECV, 4, key, WrOpcode.WC_WITH_INV, false));
        arrive(Packets.write(RoceOpcode.WRITE_ONLY, QPN, A_PSN + 1, 4, b.address(0), key, 4));
        assertThat(said()).endsWith("acknowledge fffffb 62 msn 1"); // spec/rocev2.md 18.61
    }

    @Test
    void invalidatingWhatMayNotBeNeverSucceeds() {
        b.receive(1, 0, 64);
        arrive(withKey(plain(RoceOpcode.SEND_ONLY_INVALIDATE, A_PSN, 4), b.region.fixedKey));
        // spec/rocev2.md 18.54
        assertThat(said()).containsExactly("acknowledge fffffa 62 msn 0");
        assertThat(End.Done.statuses(b.receives)).containsExactly(Status.REM_INV_REQ_ERR);
    }

    @Test
    void whatWasExecutedIsAcknowledgedThoughTheConnectionEnds() {
        c.deliver(b, write(A_PSN, 4));
        b.qp.toError();
        b.drain(c.nowNs);
        arrive(write(A_PSN + 1, 4));
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 1");
    }

    @Test
    void nothingIsSaidBeforeOrAfterTheConnection() throws IOException {
        End idle = new End(QPN, Arena.ofAuto().allocate(64, 8), new QueueCapacity(1, 1, 1, 1, 0, false));
        c.deliver(idle, write(A_PSN, 4));
        assertThat(idle.qp.hasWork()).isFalse();
        assertThat(idle.post(WrOpcode.SEND, 0, 1, 0, 0)).isEqualTo(22);
        assertThat(idle.receive(1, 0, 1)).isZero();
        assertThat(idle.receive(2, 0, 1)).isEqualTo(12);
        idle.qp.toError();
        assertThat(End.Done.ids(idle.receives)).containsExactly(1L);
        assertThat(idle.post(WrOpcode.SEND, 0, 3, 0, 0)).isZero();
        idle.drain(0);
        assertThat(End.Done.statuses(idle.sends)).containsExactly(Status.WR_FLUSH_ERR);
        idle.qp.reset();
        assertThat(idle.receive(3, 0, 1)).isEqualTo(22);
        assertThat(idle.qp.hasWork()).isFalse();
    }
}
