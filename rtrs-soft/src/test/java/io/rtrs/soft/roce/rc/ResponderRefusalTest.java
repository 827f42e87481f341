package io.rtrs.soft.roce.rc;

import static io.rtrs.soft.roce.rc.Connection.A_PSN;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.queue.QueueCapacity;
import io.rtrs.soft.roce.rc.QpAttributes.Remote;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.MemoryWindow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;

/** Which requests B refuses, and that nothing is left of them. */
class ResponderRefusalTest extends ResponderScene {
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
        assertThat(End.Done.statuses(b.receives)).containsExactly(first, Status.WR_FLUSH_ERR); // spec/rocev2.md 18.34
        assertThat(b.qp.state()).isEqualTo(QueuePair.State.ERROR);
    }

    @Test
    void aMessageInsideAnotherIsRefused() {
        arrive(write(RoceOpcode.WRITE_FIRST, A_PSN, MTU, 2 * MTU), write(A_PSN + 1, 4));
        assertThat(said())
                .containsExactly("acknowledge fffffa 1f msn 0", "acknowledge fffffb 61 msn 0"); // spec/rocev2.md 18.41
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
                b.keys.put(key, new Region(other.domain, b.region.memory, End.ALL_ACCESS, key, false));
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
    void theWindowsOwnBoundsCount() throws IOException { // spec/rocev2.md 18.60
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
}
