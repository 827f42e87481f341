package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.roce.rc.QpAttributes.Limits;
import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.roce.rc.QpAttributes.Remote;
import io.rtrs.soft.roce.wire.Aeth;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.work.Status;
import io.rtrs.verbs.MemoryWindow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What two kernels said to each other, with us in place of one of them. */
class VectorsTest {
    private static final String A = "192.168.77.1";

    private static End end(int number, int bytes, QpAttributes attributes, List<byte[]> sent) throws IOException {
        End end = new End(number, Arena.ofAuto().allocate(bytes, 8), End.CAPTURED);
        end.qp.connect(attributes, 0);
        end.wire = sent::add;
        return end;
    }

    // ---- The answering side

    @Test
    void weAnswerAKernelAsAKernelDoes() throws IOException {
        List<byte[]> ours = new ArrayList<>();
        Patience patience = new Patience(0, 7, 7, 0);
        End b = end(
                0x13,
                1 << 18,
                new QpAttributes(
                        0x15, Frame.MTU, 0x0c85d4, 0xdf9acf, Remote.withResources(4), patience, new Limits(2, 128)),
                ours);
        Window window = b.window(MemoryWindow.TYPE_2);
        int windowKey = MemoryWindow.nextRkey(window.rkey());
        int access = IbvMr.IBV_ACCESS_REMOTE_READ | IbvMr.IBV_ACCESS_REMOTE_WRITE;
        assertThat(window.bind(b.qp, b.domain, windowKey, b.region, b.address(0x20000), 8192, access))
                .isTrue();
        long distance = b.region.base - 0x7fb65c403000L;
        Map<Integer, Frame.Key> keys = Map.of(
                0x878, new Frame.Key(b.region.fixedKey, distance), 0x080001e0, new Frame.Key(windowKey, distance));
        List<Frame> frames = Frame.of("verbs", A);
        List<byte[]> theirs = new ArrayList<>();
        for (Frame frame : frames) {
            if (frame.number == 67) {
                b.region.memory.set(ValueLayout.JAVA_LONG, 0x10000, frame.view.originalValue());
            }
        }
        for (Frame frame : frames) {
            if (!frame.fromA) {
                if (frame.view.opcode().isResponse()) {
                    theirs.add(Frame.withoutIcrc(frame.bytes));
                }
            } else if (frame.view.opcode().isRequest()) {
                boolean refused = Set.of(286, 288, 290).contains(frame.number); // RNR: no receive was posted
                if (frame.view.opcode().needsReceive() && !refused) {
                    b.receive(frame.number, 0x28000, 8192);
                }
                b.deliver(frame.translated(keys), frame.timeNs);
            }
        }
        assertThat(ours).hasSameSizeAs(theirs);
        for (int i = 0; i < ours.size(); i++) {
            assertThat(Frame.withoutIcrc(ours.get(i)))
                    .as("answer %d: %s", i, Packets.line(ours.get(i)))
                    .isEqualTo(theirs.get(i));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x11, 0x9f5b1, 0xff8b72, 0x217, 4",
        "0x12, 0x9f5b2, 0x84e79c, 0x0, 4",
        "0x13, 0x9f5b3, 0xd7881b, 0x4e6, 4",
        "0x14, 0x9f5b4, 0xc27d36, 0x545, 4",
        "0x15, 0x9f5b5, 0x55cf8f, 0x66e, 4",
        "0x16, 0x9f5b6, 0xed4672, 0x0, 4",
        "0x1c, 0x9f5bc, 0x695f1d, 0xd9d, 0",
        "0x22, 0x7000, 0xf4159e, 0x0, 4"
    })
    void weAnswerOddPacketsAsTheSpecificationSays(int qpn, int peer, int psn, int key, int resources)
            throws IOException {
        List<byte[]> ours = new ArrayList<>();
        Patience patience = new Patience(0, 7, 7, 0);
        End k = end(
                qpn,
                0x48000,
                new QpAttributes(
                        peer, Frame.MTU, 0, psn, Remote.withResources(resources), patience, new Limits(1, 128)),
                ours);
        int ourKey = k.register(k.region.memory.asSlice(0, 0x40000), End.ALL_ACCESS).fixedKey;
        Map<Integer, Frame.Key> keys = Map.of(key, new Frame.Key(ourKey, k.region.base - 0x7f3ac616c000L));
        List<byte[]> theirs = new ArrayList<>();
        for (Frame frame : Frame.of("edge", "10.9.0.2")) {
            if (!frame.fromA && frame.view.destQp() == peer) {
                theirs.add(Frame.withoutIcrc(frame.bytes));
            } else if (frame.fromA && frame.view.destQp() == qpn) {
                if (frame.view.opcode().needsReceive()) {
                    k.receive(frame.number, 0x40000, 16384);
                }
                k.deliver(frame.translated(keys), frame.timeNs);
            }
        }
        List<byte[]> compared = withoutAckBeforeNak(ours);
        if (qpn == 0x22) { // spec/rocev2.md 7.6: rxe takes a short FIRST
            assertThat(Packets.line(compared.getFirst())).isEqualTo("acknowledge f4159e 61 msn 0");
            return;
        }
        assertThat(compared).hasSameSizeAs(theirs);
        for (int i = 0; i < compared.size(); i++) {
            assertThat(Frame.withoutIcrc(compared.get(i)))
                    .as("answer %d: %s", i, Packets.line(compared.get(i)))
                    .isEqualTo(deviation(theirs.get(i), compared.get(i)));
        }
    }

    /** Leaves out the ACK that we say before a sequence NAK, which rxe does not (spec/rocev2.md 7.3). */
    private static List<byte[]> withoutAckBeforeNak(List<byte[]> packets) {
        List<byte[]> rest = new ArrayList<>(packets);
        rest.removeIf(packet -> {
            int next = packets.indexOf(packet) + 1;
            return next < packets.size() && Packets.line(packets.get(next)).contains(" 60 msn");
        });
        return rest;
    }

    /** What rxe says, changed where the specification names a difference. */
    private static byte[] deviation(byte[] theirs, byte[] ours) {
        MemorySegment segment = MemorySegment.ofArray(theirs);
        RoceOpcode code = RoceOpcode.of(Bth.opcode(segment, 0));
        assertThat(code).isNotNull();
        if (code == RoceOpcode.ACKNOWLEDGE && Aeth.syndrome(segment, Bth.SIZE) == Aeth.NAK_REMOTE_OPERATIONAL) {
            Aeth.put(segment, Bth.SIZE, Aeth.NAK_INVALID_REQUEST, Aeth.msn(segment, Bth.SIZE)); // 7.6: too long
        }
        if (code == RoceOpcode.READ_RESPONSE_MIDDLE
                && Bth.opcode(MemorySegment.ofArray(ours), 0) == RoceOpcode.READ_RESPONSE_FIRST.code()) {
            // 7.4: the answer to the rest of a READ starts with FIRST here
            byte[] changed = new byte[theirs.length + Aeth.SIZE];
            System.arraycopy(theirs, 0, changed, 0, Bth.SIZE);
            System.arraycopy(ours, Bth.SIZE, changed, Bth.SIZE, Aeth.SIZE);
            System.arraycopy(theirs, Bth.SIZE, changed, Bth.SIZE + Aeth.SIZE, theirs.length - Bth.SIZE);
            changed[0] = (byte) RoceOpcode.READ_RESPONSE_FIRST.code();
            return changed;
        }
        return theirs;
    }

    // ---- Both sides at once

    @ParameterizedTest
    @CsvSource({
        "rping_v4, 192.168.77.1, 0x11, 0x11",
        "rping_v6, fd77:0:0:0:0:0:0:1, 0x12, 0x12",
        "rtrs_inv_y, 192.168.77.1, 0x11, 0x11",
        "rtrs_inv_y, 192.168.77.1, 0x12, 0x12",
        "rtrs_inv_n, 192.168.77.1, 0x11, 0x11",
        "rtrs_inv_n, 192.168.77.1, 0x12, 0x12",
        "perftest, 192.168.77.1, 0x12, 0x12",
        "perftest, 192.168.77.1, 0x13, 0x13",
        "perftest, 192.168.77.1, 0x14, 0x14",
        "perftest, 192.168.77.1, 0x15, 0x15"
    })
    void weStandInForEitherEnd(String file, String addressOfA, int qpnOfA, int qpnOfB) throws IOException {
        for (boolean asA : new boolean[] {true, false}) {
            Exchange exchange = new Exchange(file, addressOfA, asA, qpnOfA, qpnOfB, new Patience(20, 7, 7, 12));
            exchange.play();
            exchange.assertSameAsKernel();
            assertThat(End.Done.statuses(exchange.end.sends))
                    .hasSize(exchange.posted)
                    .allMatch(status -> status == Status.SUCCESS);
        }
    }

    // ---- The asking side

    @Test
    void weAskAKernelAsAKernelDoes() throws IOException {
        Exchange exchange = new Exchange("verbs", A, true, 0x15, 0x13, new Patience(20, 7, 7, 12));
        exchange.play();
        exchange.assertSameAsKernel();
        List<Integer> statuses = End.Done.statuses(exchange.end.sends);
        assertThat(statuses.subList(0, statuses.size() - 2)).containsOnly(Status.SUCCESS);
        // spec/rocev2.md 18.26: the WRITE through the invalidated window, and the SEND behind it
        assertThat(statuses.subList(statuses.size() - 2, statuses.size()))
                .containsExactly(Status.REM_ACCESS_ERR, Status.WR_FLUSH_ERR);
    }

    @Test
    void whatAKernelAnswersOverALossyNetworkCompletesEverything() throws IOException {
        Exchange exchange = new Exchange("loss", A, true, 0x11, 0x11, new Patience(0, Patience.NO_LIMIT, 7, 12));
        exchange.play();
        assertThat(exchange.posted).isEqualTo(12);
        assertThat(End.Done.statuses(exchange.end.sends)).hasSize(12).containsOnly(Status.SUCCESS);
        // The READ of frame 124 is asked for again from where its answer broke off, as in frame 154.
        assertThat(exchange.ours.stream().map(Packets::line)).contains("read request 3a8cdc! dma 18736");
    }
}
