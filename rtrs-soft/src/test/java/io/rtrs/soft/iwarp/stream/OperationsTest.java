package io.rtrs.soft.iwarp.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.WrOpcode;
import io.rtrs.verbs.libc.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Objects;
import java.util.Random;

class OperationsTest {
    private static final int SIGNALED = IbvSendWR.IBV_SEND_SIGNALED;
    private static final int[] SIZES = {0, 1, 3, 8, 100, 2047, 2048, 4096, 8191, 20_000, 65_520, 65_521, 200_000};

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static List<Integer> statuses(List<Side.Done> all) {
        return all.stream().map(Side.Done::status).toList();
    }

    // spec/iwarp.md 25.22, 25.23: any pieces
    // spec/iwarp.md 25.38, 25.40, 25.42, 25.43, 25.44, 25.45: each operation
    // spec/iwarp.md 25.12: with the CRC and without
    @ParameterizedTest
    @CsvSource({
        "false, 65535, 1000000, 1", "true, 65535, 1000000, 2", "false, 1442, 5000, 3", "true, 1442, 700, 4",
        "false, 65535, 70000, 5", "false, 300, 3, 6", "true, 128, 2, 7", "false, 20000, 9000, 8"
    })
    void eachOperationOfEachSize(boolean crc, int maxUlpdu, int largest, long seed) throws Exception {
        Pair pair = Pair.of(crc, maxUlpdu, largest, seed);
        Side a = pair.a;
        Side b = pair.b;
        int sent = 0;
        for (int size : SIZES) {
            if (size > 10_000 && largest < 10) {
                continue;
            }
            byte[] data = random(size);
            a.fill(0, data);
            b.receive(1, 0, Math.max(1, size));
            a.post(WrOpcode.SEND, SIGNALED, 1, 0, size);
            pair.run();
            assertThat(b.bytes(0, size)).isEqualTo(data);
            b.receive(2, 300_000, Math.max(1, size));
            a.send.rawImm[0] = Imm.toRaw(0xCAFE_0001);
            a.post(WrOpcode.SEND_WITH_IMM, SIGNALED | IbvSendWR.IBV_SEND_SOLICITED, 2, 0, size);
            pair.run();
            assertThat(b.bytes(300_000, size)).isEqualTo(data);
            b.receive(3, 0, 0);
            a.remote(b, 600_000).post(WrOpcode.RDMA_WRITE_WITH_IMM, SIGNALED, 3, 0, size);
            a.remote(b, 1_040_000 - size).post(WrOpcode.RDMA_WRITE, SIGNALED, 4, 0, size);
            a.remote(b, 600_000).post(WrOpcode.RDMA_READ, SIGNALED, 5, 300_000, size);
            pair.run();
            assertThat(b.bytes(600_000, size)).isEqualTo(data);
            assertThat(b.bytes(1_040_000 - size, size)).isEqualTo(data);
            assertThat(a.bytes(300_000, size)).isEqualTo(data);
            assertThat(b.receives.subList(sent, sent + 3))
                    .extracting(
                            Side.Done::status,
                            Side.Done::opcode,
                            Side.Done::length,
                            Side.Done::imm,
                            Side.Done::flags,
                            Side.Done::solicited)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(0, WrOpcode.WC_RECV, size, 0, 0, false),
                            org.assertj.core.groups.Tuple.tuple(
                                    0, WrOpcode.WC_RECV, size, Imm.toRaw(0xCAFE_0001), WrOpcode.WC_WITH_IMM, true),
                            org.assertj.core.groups.Tuple.tuple(
                                    0,
                                    WrOpcode.WC_RECV_RDMA_WITH_IMM,
                                    size,
                                    Imm.toRaw(0xCAFE_0001),
                                    WrOpcode.WC_WITH_IMM,
                                    false));
            sent += 3;
        }
        assertThat(statuses(a.sends)).containsOnly(0);
        assertThat(a.sends).extracting(Side.Done::wrId).startsWith(1L, 2L, 3L, 4L, 5L, 1L);
        assertThat(a.areCanariesAlive() && b.areCanariesAlive()).isTrue();
        assertThat(b.qp.hasHeard()).isTrue();
    }

    // spec/iwarp.md 25.48
    @Test
    void atomics() throws Exception {
        Pair pair = Pair.of(false, 65535, 50, 1);
        pair.b.region.writeLong(pair.b.region.base + 64, 40);
        pair.a.remote(pair.b, 64).send.operand[0] = 2;
        pair.a.post(WrOpcode.ATOMIC_FETCH_AND_ADD, SIGNALED, 1, 0, 8);
        pair.run();
        pair.a.send.operand[0] = 42;
        pair.a.send.swap[0] = 7;
        pair.a.post(WrOpcode.ATOMIC_CMP_AND_SWP, SIGNALED, 2, 8, 8);
        pair.a.post(WrOpcode.ATOMIC_CMP_AND_SWP, SIGNALED, 3, 16, 8);
        pair.run();
        assertThat(statuses(pair.a.sends)).containsExactly(0, 0, 0);
        java.nio.LongBuffer found = pair.a
                .region
                .memory
                .asSlice(0, 24)
                .asByteBuffer()
                .order(java.nio.ByteOrder.nativeOrder())
                .asLongBuffer();
        assertThat(new long[] {found.get(0), found.get(1), found.get(2)}).containsExactly(40, 42, 7);
    }

    // spec/iwarp.md 25.49, 25.61, 25.63, 25.64: a window at hand, invalidated by the peer
    @Test
    void aWindowIsBoundUsedAndInvalidatedByThePeer() throws Exception {
        Pair pair = Pair.of(false, 65535, 100_000, 1);
        pair.run();
        Side a = pair.a;
        Window window = a.window(Window.TYPE_2);
        int key = window.rkey() ^ 1;
        a.send.window[0] = window;
        a.send.region[0] = a.region;
        a.send.rkey[0] = key;
        a.send.remote[0] = a.region.base + 4096;
        a.send.operand[0] = 50_000;
        a.send.access[0] = IbvMr.IBV_ACCESS_REMOTE_WRITE;
        a.send.numSge[0] = 0;
        a.send.opcode[0] = WrOpcode.BIND_MW;
        a.send.flags[0] = SIGNALED;
        a.qp.postSends(a.send, 0, 1, a.posted);
        pair.run();
        assertThat(statuses(a.sends)).containsExactly(0);
        byte[] data = random(50_000);
        pair.b.fill(0, data);
        pair.b.send.remote[0] = a.region.base + 4096;
        pair.b.send.rkey[0] = key;
        a.receive(1, 0, 16);
        a.receive(2, 0, 16);
        pair.b.post(WrOpcode.RDMA_WRITE, SIGNALED, 1, 0, 50_000);
        pair.b.post(WrOpcode.SEND_WITH_INV, SIGNALED, 2, 0, 16);
        pair.run();
        assertThat(a.bytes(4096, 50_000)).isEqualTo(data);
        assertThat(a.receives).singleElement().satisfies(done -> {
            assertThat(done.flags()).isEqualTo(WrOpcode.WC_WITH_INV);
            assertThat(done.imm()).isEqualTo(key);
        });
        pair.b.send.remote[0] = a.region.base + 4096;
        pair.b.post(WrOpcode.RDMA_WRITE, SIGNALED, 3, 100_000, 1000);
        pair.run();
        assertThat(a.bytes(4096, 50_000)).as("after the invalidation").isEqualTo(data);
        assertThat(Objects.requireNonNull(a.qp.ending()).text()).contains("invalid key");
        assertThat(Objects.requireNonNull(pair.b.qp.ending()).cause()).isEqualTo(Ending.Cause.TERMINATE_RECEIVED);
    }

    // spec/iwarp.md 25.56: posting order, reads before later writes included
    @Test
    void completionsComeInPostingOrder() throws Exception {
        Pair pair = Pair.of(false, 2000, 500, 3);
        for (int i = 0; i < 20; i++) {
            pair.a.remote(pair.b, 0).post(i % 2 == 0 ? WrOpcode.RDMA_READ : WrOpcode.RDMA_WRITE, SIGNALED, i, 0, 5000);
        }
        pair.run();
        assertThat(pair.a.sends).extracting(Side.Done::wrId).isSorted().hasSize(20);
        assertThat(statuses(pair.a.sends)).containsOnly(0);
    }

    // spec/iwarp.md 25.58
    @Test
    void aFencedSendWaitsForEarlierReads() throws Exception {
        Pair pair = Pair.of(false, 2000, 1 << 20, 3);
        pair.run();
        pair.a.remote(pair.b, 0).post(WrOpcode.RDMA_READ, SIGNALED, 1, 0, 5000);
        pair.a.post(WrOpcode.SEND, SIGNALED | IbvSendWR.IBV_SEND_FENCE, 2, 0, 10);
        byte[] first = pair.a.take(1 << 20, 1);
        assertThat(first).hasSize(52);
        assertThat(pair.a.qp.hasOutput()).isFalse();
        pair.b.receive(1, 0, 10);
        pair.b.giveAll(first, 1);
        pair.run();
        assertThat(pair.a.sends).extracting(Side.Done::wrId).containsExactly(1L, 2L);
        assertThat(pair.b.receives).hasSize(1);
    }

    // spec/iwarp.md 25.10: what the responder posts early waits for the first FPDU
    @Test
    void aResponderSendsNothingBeforeItHasHeard() throws Exception {
        Pair pair = Pair.of(false, 65535, 1 << 20, 1);
        pair.a.receive(1, 0, 10);
        pair.a.receive(2, 0, 10);
        pair.b.post(WrOpcode.SEND, SIGNALED, 1, 0, 1);
        pair.b.post(WrOpcode.SEND, SIGNALED, 2, 0, 2);
        assertThat(pair.b.qp.hasOutput()).isFalse();
        pair.run();
        assertThat(pair.a.receives).extracting(Side.Done::length).containsExactly(1, 2);
    }

    // spec/iwarp.md 25.16: each kind of first message
    @ParameterizedTest
    @CsvSource({"WRITE", "READ", "SEND", "NONE"})
    void eachKindOfFirstMessageIsExecuted(Rtr rtr) throws Exception {
        Pair pair = new Pair(
                1 << 16,
                new StreamAttributes(1, 0, false, true, 65535, true, rtr, false),
                new StreamAttributes(1, 0, false, true, 65535, false, Rtr.NONE, false),
                1 << 20,
                7,
                1);
        pair.b.receive(1, 0, 10);
        pair.run();
        assertThat(pair.b.qp.hasHeard()).isEqualTo(rtr != Rtr.NONE);
        assertThat(pair.b.receives).hasSize(rtr == Rtr.SEND ? 1 : 0);
        assertThat(pair.a.qp.isConnected() && pair.b.qp.isConnected()).isTrue();
    }

    // spec/iwarp.md 25.44
    @Test
    void aSendWithImmediateNeedsAnAgreement() throws Exception {
        Pair pair = new Pair(
                1 << 16,
                new StreamAttributes(1, 1, false, false, 65535, true, Rtr.NONE, false),
                new StreamAttributes(1, 1, false, false, 65535, false, Rtr.NONE, false),
                1 << 20,
                7,
                1);
        assertThat(pair.a.post(WrOpcode.SEND_WITH_IMM, SIGNALED, 1, 0, 1)).isEqualTo(Errno.EINVAL);
        assertThat(pair.a.posted.bad).isZero();
        assertThat(pair.a.sends).isEmpty();
    }

    @Test
    void aMessageWaitsForAReceiveAndAllBehindIt() throws Exception {
        Pair pair = Pair.of(false, 65535, 1 << 20, 1);
        pair.a.post(WrOpcode.SEND, SIGNALED, 1, 0, 30_000);
        pair.a.remote(pair.b, 100_000).post(WrOpcode.RDMA_WRITE, SIGNALED, 2, 0, 100);
        pair.run();
        assertThat(pair.b.qp.wantsInput()).isFalse();
        assertThat(pair.b.qp.nextDeadlineNs()).isNotEqualTo(QueuePair.NO_DEADLINE);
        pair.b.receive(1, 0, 30_000);
        assertThat(pair.b.qp.hasWork()).isTrue();
        pair.run();
        assertThat(pair.b.receives).extracting(Side.Done::length).containsExactly(30_000);
        assertThat(pair.b.qp.nextDeadlineNs()).isEqualTo(QueuePair.NO_DEADLINE);
    }

    // spec/iwarp.md 25.40: none posted
    @Test
    void theWaitForAReceiveIsBounded() throws Exception {
        Pair pair = Pair.of(false, 65535, 1 << 20, 1);
        pair.a.post(WrOpcode.SEND, SIGNALED, 1, 0, 30);
        pair.run();
        long deadline = pair.b.qp.nextDeadlineNs();
        pair.b.qp.onTime(deadline - 1);
        assertThat(pair.b.qp.isConnected()).isTrue();
        pair.b.qp.onTime(deadline);
        assertThat(Objects.requireNonNull(pair.b.qp.ending()).text()).contains("no receive is posted");
        pair.run();
        assertThat(Objects.requireNonNull(pair.a.qp.ending()).text())
                .contains("no receive is posted (layer 1, type 2, code 2)");
        assertThat(pair.a.sends).extracting(Side.Done::status).containsExactly(Status.SUCCESS);
    }

    // spec/iwarp.md 25.66, 25.67: what was completed arrives; then both flush in order
    @Test
    void anEndDeliversWhatWasCompletedAndFlushesTheRest() throws Exception {
        Pair pair = Pair.of(false, 65535, 1 << 20, 1);
        pair.b.receive(1, 0, 100);
        pair.b.receive(2, 0, 100);
        pair.a.receive(3, 0, 100);
        pair.a.post(WrOpcode.SEND, SIGNALED, 1, 0, 100);
        byte[] sent = pair.a.take(1 << 20, 1);
        pair.a.remote(pair.b, 0).post(WrOpcode.RDMA_READ, SIGNALED, 2, 0, 10);
        pair.a.qp.toError();
        assertThat(pair.a.qp.isOver()).isTrue();
        pair.b.giveAll(sent, 2);
        pair.b.qp.onEnd(2);
        assertThat(statuses(pair.a.sends)).containsExactly(0, Status.WR_FLUSH_ERR);
        assertThat(statuses(pair.a.receives)).containsExactly(Status.WR_FLUSH_ERR);
        assertThat(statuses(pair.b.receives)).containsExactly(0, Status.WR_FLUSH_ERR);
        assertThat(pair.b.qp.isOver() && pair.b.qp.isDeaf()).isTrue();
        pair.b.post(WrOpcode.SEND, 0, 9, 0, 1);
        assertThat(pair.b.qp.hasOutput()).isTrue();
        pair.b.take(10, 3);
        assertThat(statuses(pair.b.sends)).containsExactly(Status.WR_FLUSH_ERR);
    }

    // spec/iwarp.md 25.69: both send much through small windows
    @Test
    void bothSendMuchAtOnceThroughTinyWindows() throws Exception {
        Pair pair = new Pair(
                1 << 20,
                Pair.attributes(false, true, Rtr.WRITE, 65535),
                Pair.attributes(false, false, Rtr.NONE, 65535),
                4096,
                4096,
                1);
        pair.a.keeps = false;
        pair.b.keeps = false;
        long target = 100L << 20;
        long posted = 0;
        long steps = 0;
        while (pair.a.qp.completed() < 199 || pair.b.qp.completed() < 199) {
            if (posted < target) {
                int one = pair.a.remote(pair.b, 520_000).post(WrOpcode.RDMA_WRITE, SIGNALED, 1, 0, 500_000);
                int two = pair.b.remote(pair.a, 520_000).post(WrOpcode.RDMA_WRITE, SIGNALED, 1, 0, 500_000);
                posted += one == 0 && two == 0 ? 500_000 : 0;
            }
            pair.step();
            assertThat(++steps).isLessThan(1_000_000);
        }
        assertThat(pair.a.qp.isConnected() && pair.b.qp.isConnected()).isTrue();
    }
}
