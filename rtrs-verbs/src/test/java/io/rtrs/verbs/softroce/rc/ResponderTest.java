package io.rtrs.verbs.softroce.rc;

import static io.rtrs.verbs.softroce.rc.Connection.A_PSN;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.memory.Region;
import io.rtrs.verbs.memory.Window;
import io.rtrs.verbs.softroce.rc.QpAttributes.Remote;
import io.rtrs.verbs.softroce.wire.Bth;
import io.rtrs.verbs.softroce.wire.Ieth;
import io.rtrs.verbs.softroce.wire.ImmDt;
import io.rtrs.verbs.softroce.wire.RoceOpcode;
import io.rtrs.verbs.work.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Requests made by hand, and what B answers. */
class ResponderTest {
    private static final int QPN = 0x13;
    private static final int MTU = 256;

    private Connection c = connection(new Connection.Setup());
    private End b = c.b;

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
        b = c.b;
    }

    /** Packets that arrive together. */
    private void arrive(byte[]... packets) {
        for (byte[] packet : packets) {
            c.deliver(b, packet);
        }
        b.drain(c.nowNs);
    }

    /** What B has said since the last call. */
    private String[] said() {
        String[] lines = c.trace.stream().map(line -> line.substring(2)).toArray(String[]::new);
        c.trace.clear();
        return lines;
    }

    private byte[] write(int psn, int payload) {
        return Packets.write(RoceOpcode.WRITE_ONLY, QPN, psn, payload, b.address(0), b.region.fixedKey, payload);
    }

    private byte[] write(RoceOpcode code, int psn, int payload, int length) {
        return Packets.write(code, QPN, psn, payload, b.address(0), b.region.fixedKey, length);
    }

    private static byte[] plain(RoceOpcode code, int psn, int payload) {
        return Packets.packet(code, QPN, psn, payload, psn);
    }

    private byte[] read(int psn, int length) {
        return Packets.read(QPN, psn, b.address(0), b.region.fixedKey, length);
    }

    private static byte[] withKey(byte[] packet, int key) {
        Ieth.put(MemorySegment.ofArray(packet), Bth.SIZE, key);
        return packet;
    }

    private static byte[] withoutAckReq(byte[] packet) {
        Bth.putAckReq(MemorySegment.ofArray(packet), 0, false);
        return packet;
    }

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

    /** Requests that are invalid by themselves. */
    enum Invalid {
        MIDDLE_WITHOUT_FIRST,
        LAST_WITHOUT_FIRST,
        SHORT_FIRST,
        ONLY_LONGER_THAN_ITS_LENGTH,
        ONLY_SHORTER_THAN_ITS_LENGTH,
        FIRST_OF_ONE_PACKET,
        SEND_FIRST_SHORT,
        MISALIGNED_ATOMIC,
        LONGER_THAN_ANY_MESSAGE
    }

    @ParameterizedTest
    @EnumSource
    void anInvalidRequestIsRefusedAndEndsTheConnection(Invalid kind) {
        b.receive(1, 0, 64);
        b.receive(2, 0, 64);
        b.fill(0, new byte[8]);
        arrive(
                switch (kind) {
                    case MIDDLE_WITHOUT_FIRST -> plain(RoceOpcode.WRITE_MIDDLE, A_PSN, MTU);
                    case LAST_WITHOUT_FIRST -> plain(RoceOpcode.SEND_LAST, A_PSN, 1);
                    case SHORT_FIRST -> write(RoceOpcode.WRITE_FIRST, A_PSN, MTU - 4, 1000);
                    case ONLY_LONGER_THAN_ITS_LENGTH -> write(RoceOpcode.WRITE_ONLY, A_PSN, 8, 4);
                    case ONLY_SHORTER_THAN_ITS_LENGTH -> write(RoceOpcode.WRITE_ONLY, A_PSN, 4, 100);
                    case FIRST_OF_ONE_PACKET -> write(RoceOpcode.WRITE_FIRST, A_PSN, MTU, MTU);
                    case SEND_FIRST_SHORT -> plain(RoceOpcode.SEND_FIRST, A_PSN, 8);
                    case MISALIGNED_ATOMIC ->
                        Packets.atomic(RoceOpcode.FETCH_ADD, QPN, A_PSN, b.address(4), b.region.fixedKey, 1, 0);
                    case LONGER_THAN_ANY_MESSAGE -> read(A_PSN, 0x80000001);
                });
        arrive(write(A_PSN, 4));
        // spec/rocev2.md 18.41, 18.47, 18.52, 18.55
        assertThat(said()).containsExactly("acknowledge fffffa 61 msn 0");
        assertThat(b.bytes(0, 8)).containsOnly(0);
        int first = kind == Invalid.SEND_FIRST_SHORT ? Status.REM_INV_REQ_ERR : Status.WR_FLUSH_ERR;
        assertThat(End.Done.statuses(b.receives)).containsExactly(first, Status.WR_FLUSH_ERR); // 18.34
        assertThat(b.qp.state()).isEqualTo(QueuePair.State.ERROR);
    }

    @Test
    void aMessageInsideAnotherIsRefused() {
        arrive(write(RoceOpcode.WRITE_FIRST, A_PSN, MTU, 2 * MTU), write(A_PSN + 1, 4));
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 0", "acknowledge fffffb 61 msn 0"); // 18.41
    }

    @Test
    void moreDataThanTheWriteHasIsRefused() {
        arrive(write(RoceOpcode.WRITE_FIRST, A_PSN, MTU, 2 * MTU), plain(RoceOpcode.WRITE_MIDDLE, A_PSN + 1, MTU));
        assertThat(said()).endsWith("acknowledge fffffb 61 msn 0");
        assertThat(b.bytes(MTU, MTU)).containsOnly(0); // spec/rocev2.md 18.47
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whatTheQueuePairDoesNotPermitIsRefused(int kind) {
        Connection.Setup setup = new Connection.Setup();
        setup.remote = new Remote(0, 4);
        use(setup);
        arrive(
                kind == 0
                        ? write(A_PSN, 4)
                        : kind == 1
                                ? read(A_PSN, 4)
                                : Packets.atomic(
                                        RoceOpcode.COMPARE_SWAP, QPN, A_PSN, b.address(0), b.region.fixedKey, 1, 0));
        assertThat(said()).containsExactly("acknowledge fffffa 61 msn 0"); // spec/rocev2.md 18.42
    }

    @Test
    void withoutResourcesThereAreNoReads() {
        Connection.Setup setup = new Connection.Setup();
        setup.remote = new Remote(IbvMr.IBV_ACCESS_REMOTE_READ, 0);
        use(setup);
        arrive(read(A_PSN, 4));
        assertThat(said()).containsExactly("acknowledge fffffa 61 msn 0"); // spec/rocev2.md 18.43
    }

    @Test
    void moreReadsThanAgreedOnAreRefused() {
        c.deliver(b, read(A_PSN, 1));
        c.deliver(b, read(A_PSN + 1, 1));
        c.deliver(b, read(A_PSN + 2, 1));
        c.deliver(b, read(A_PSN + 3, 1));
        arrive(read(A_PSN + 4, 1));
        assertThat(said()).hasSize(5).endsWith("acknowledge fffffe 61 msn 4");
    }

    /** Ways in which a key or range can be wrong. */
    enum Denied {
        KEY_BYTE,
        INDEX,
        DEREGISTERED,
        OTHER_DOMAIN,
        NO_ACCESS,
        BEFORE,
        BEHIND,
        OVERFLOW,
        UNBOUND_WINDOW,
        OTHER_QP
    }

    @ParameterizedTest
    @EnumSource
    void aWrongKeyOrRangeIsRefusedAndNothingIsWritten(Denied kind) throws IOException {
        long address = b.address(0);
        int key = b.region.fixedKey;
        End other = new End(0x99, Arena.ofAuto().allocate(64, 8), new QueueCapacity(1, 1, 1, 1, 0, false));
        int length = MTU + 4; // so that the whole range counts, not that of the packet
        switch (kind) {
            case KEY_BYTE -> key++;
            case INDEX -> key += 0x10000;
            case DEREGISTERED -> b.keys.release(key);
            case OTHER_DOMAIN -> {
                key = b.keys.reserve();
                b.keys.put(key, new Region(other.domain, b.region.memory, End.ALL_ACCESS, key));
            }
            case NO_ACCESS -> {
                int readOnly = IbvMr.IBV_ACCESS_LOCAL_WRITE | IbvMr.IBV_ACCESS_REMOTE_READ;
                key = b.register(b.region.memory, readOnly).fixedKey;
            }
            case BEFORE -> address -= 1;
            case BEHIND -> address += b.region.size - length + 1;
            case OVERFLOW -> address = -100;
            case UNBOUND_WINDOW -> key = b.window(MemoryWindow.TYPE_2).rkey();
            case OTHER_QP -> {
                Window window = b.window(MemoryWindow.TYPE_2);
                key = MemoryWindow.nextRkey(window.rkey());
                assertThat(window.bind(other.qp, b.domain, key, b.region, address, 1000, End.ALL_ACCESS & 14))
                        .isTrue();
            }
        }
        byte[] before = b.bytes(0, (int) b.region.size);
        arrive(Packets.write(RoceOpcode.WRITE_FIRST, QPN, A_PSN, MTU, address, key, length));
        // spec/rocev2.md 18.44, 18.45, 18.59
        assertThat(said()).containsExactly("acknowledge fffffa 62 msn 0");
        assertThat(b.bytes(0, before.length)).isEqualTo(before);
        assertThat(b.qp.state()).isEqualTo(QueuePair.State.ERROR);
    }

    @Test
    void readsAndAtomicsHaveTheirOwnRights() throws IOException {
        int key = b.register(b.region.memory, IbvMr.IBV_ACCESS_LOCAL_WRITE | IbvMr.IBV_ACCESS_REMOTE_WRITE).fixedKey;
        arrive(Packets.read(QPN, A_PSN, b.address(0), key, 4));
        assertThat(said()).containsExactly("acknowledge fffffa 62 msn 0");
        use(new Connection.Setup());
        key = b.register(b.region.memory, IbvMr.IBV_ACCESS_REMOTE_READ).fixedKey;
        arrive(Packets.atomic(RoceOpcode.FETCH_ADD, QPN, A_PSN, b.address(0), key, 1, 0));
        assertThat(said()).containsExactly("acknowledge fffffa 62 msn 0");
    }

    @Test
    void theWindowsOwnBoundsCount() throws IOException {
        Window window = b.window(MemoryWindow.TYPE_1);
        int key = MemoryWindow.nextRkey(window.rkey());
        int access = IbvMr.IBV_ACCESS_REMOTE_WRITE;
        assertThat(window.bind(this, b.domain, key, b.region, b.address(100), 100, access))
                .isTrue();
        arrive(Packets.write(RoceOpcode.WRITE_ONLY, QPN, A_PSN, 100, b.address(100), key, 100));
        arrive(Packets.write(RoceOpcode.WRITE_ONLY, QPN, A_PSN + 1, 100, b.address(101), key, 100));
        // spec/rocev2.md 18.59 (type 1: any queue pair), 18.60
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 1", "acknowledge fffffb 62 msn 1");
    }

    @Test
    void withoutDataAnyKeyWillDo() {
        arrive(Packets.write(RoceOpcode.WRITE_ONLY, QPN, A_PSN, 0, 0xdead, 0xbadbad, 0));
        arrive(Packets.read(QPN, A_PSN + 1, 0xdead, 0xbadbad, 0));
        // spec/rocev2.md 18.46
        assertThat(said()).containsExactly("acknowledge fffffa 1f msn 1", "read response only fffffb 1f msn 2");
    }

    @Test
    void aKeyRevokedDuringAWriteStopsIt() {
        arrive(write(RoceOpcode.WRITE_FIRST, A_PSN, MTU, 2 * MTU));
        b.keys.release(b.region.fixedKey);
        arrive(plain(RoceOpcode.WRITE_LAST, A_PSN + 1, MTU));
        assertThat(said()).endsWith("acknowledge fffffb 62 msn 0"); // spec/rocev2.md 7.7
        assertThat(b.bytes(MTU, MTU)).containsOnly(0);
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
        assertThat(said()).endsWith("acknowledge fffffb 62 msn 1"); // 18.61
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
