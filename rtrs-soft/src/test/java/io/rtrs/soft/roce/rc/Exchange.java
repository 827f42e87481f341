package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.roce.rc.QpAttributes.Limits;
import io.rtrs.soft.roce.rc.QpAttributes.Patience;
import io.rtrs.soft.roce.rc.QpAttributes.Remote;
import io.rtrs.soft.roce.wire.Psn;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RoceOpcode.Operation;
import io.rtrs.soft.roce.wire.RocePacket;
import io.rtrs.verbs.Imm;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.WrOpcode;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A captured connection of two kernels, with us in place of one of them: posts what that one asked for, when it did, has the
 * memory that the other one used, and is handed what the other one sent.
 */
final class Exchange {
    /** The kernel sent what it sent, whatever we would make of its losses. */
    private static final Limits UNBOUNDED = new Limits(2, 1 << 20, 1 << 20, 64);

    private static final int MEMORY = 1 << 21;
    private static final int RECEIVE = 16 << 10;
    private static final int ACCESS = IbvMr.IBV_ACCESS_REMOTE_READ | IbvMr.IBV_ACCESS_REMOTE_WRITE;

    final End end;
    final List<byte[]> ours = new ArrayList<>();
    final List<byte[]> theirs = new ArrayList<>();
    int posted;

    private final boolean asA;
    private final List<Frame> frames;
    private final Map<Integer, Frame.Key> keys = new HashMap<>();
    private int next;
    private long memory = RECEIVE;

    Exchange(String file, String addressOfA, boolean asA, int qpnOfA, int qpnOfB, Patience patience)
            throws IOException {
        this.asA = asA;
        frames = Frame.of(file, addressOfA).stream()
                .filter(frame -> frame.view.destQp() == (frame.fromA ? qpnOfB : qpnOfA))
                .toList();
        next = firstPsn(true);
        end = new End(asA ? qpnOfA : qpnOfB, Arena.ofAuto().allocate(MEMORY, 8), End.CAPTURED);
        Remote remote = Remote.withResources(4);
        int psn = next;
        int peer = asA ? qpnOfB : qpnOfA;
        end.qp.connect(new QpAttributes(peer, Frame.MTU, psn, firstPsn(false), remote, patience, UNBOUNDED), 0);
        end.wire = ours::add;
        makeMemory();
    }

    private boolean isOwn(Frame frame) {
        return frame.fromA == asA;
    }

    private int firstPsn(boolean own) {
        return frames.stream()
                .filter(frame -> isOwn(frame) == own && frame.view.opcode().isRequest())
                .findFirst()
                .map(frame -> frame.view.psn())
                .orElse(0);
    }

    /** A region for each key that the peer uses; a window for each that it invalidates. */
    private void makeMemory() throws IOException {
        Map<Integer, long[]> ranges = new HashMap<>();
        Set<Integer> invalidated = new HashSet<>();
        for (Frame frame : frames) {
            RocePacket view = frame.view;
            if (isOwn(frame) || !view.opcode().isRequest()) {
                continue;
            }
            boolean atomic = view.opcode().atomicOffset() != RoceOpcode.ABSENT;
            if (atomic || (view.opcode().rethOffset() != RoceOpcode.ABSENT && view.dmaLength() > 0)) {
                long from = view.remoteAddress();
                long to = from + (atomic ? Long.BYTES : view.dmaLength());
                ranges.merge(view.rkey(), new long[] {from, to}, (x, y) ->
                        new long[] {Math.min(x[0], y[0]), Math.max(x[1], y[1])});
            }
            if (view.opcode().hasInvalidate()) {
                invalidated.add(view.invalidateKey());
                ranges.putIfAbsent(view.invalidateKey(), new long[] {0, Long.BYTES});
            }
        }
        for (Map.Entry<Integer, long[]> range : ranges.entrySet()) {
            long from = range.getValue()[0];
            long length = range.getValue()[1] - from;
            Region region = end.register(Arena.ofAuto().allocate(length, 8), End.ALL_ACCESS);
            int key = region.fixedKey;
            if (invalidated.contains(range.getKey())) {
                Window window = end.window(MemoryWindow.TYPE_2);
                key = MemoryWindow.nextRkey(window.rkey());
                assertThat(window.bind(end.qp, end.domain, key, region, region.base, length, ACCESS))
                        .isTrue();
            }
            keys.put(range.getKey(), new Frame.Key(key, region.base - from));
        }
    }

    void play() {
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            if (isOwn(frame)) {
                theirs.add(frame.bytes);
                if (frame.view.opcode().isRequest() && frame.view.psn() == next) {
                    post(i);
                }
                end.drain(frame.timeNs);
                continue;
            }
            if (frame.view.opcode().needsReceive()) {
                end.receive(frame.number, 0, RECEIVE);
            }
            byte[] packet = frame.translated(keys);
            if (frame.view.opcode().isRequest()) {
                putWhatTheyAnswered(i, MemorySegment.ofArray(packet));
            }
            end.deliver(packet, frame.timeNs);
        }
    }

    /** What a READ or an atomic finds is what the kernel found. */
    private void putWhatTheyAnswered(int index, MemorySegment packet) {
        RocePacket asked = new RocePacket();
        assertThat(asked.wrap(packet, 0, (int) packet.byteSize())).isEqualTo(RocePacket.OK);
        Operation operation = asked.opcode().operation();
        if (operation != Operation.READ && operation != Operation.ATOMIC) {
            return;
        }
        MemorySegment all = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        long at = asked.remoteAddress();
        int psn = asked.psn();
        for (Frame frame : frames.subList(index, frames.size())) {
            if (!isOwn(frame) || !frame.view.opcode().isResponse() || frame.view.psn() != psn) {
                continue;
            }
            if (operation == Operation.ATOMIC) {
                all.set(ValueLayout.JAVA_LONG_UNALIGNED, at, frame.view.originalValue());
                return;
            }
            byte[] payload = frame.payload();
            MemorySegment.copy(payload, 0, all, ValueLayout.JAVA_BYTE, at, payload.length);
            at += payload.length;
            psn = Psn.next(psn);
            if (at >= asked.remoteAddress() + asked.dmaLength()) {
                return;
            }
        }
    }

    private void post(int index) {
        Frame start = frames.get(index);
        RocePacket view = start.view;
        Operation operation = view.opcode().operation();
        Frame last = start;
        int length = 0;
        for (int i = index; operation == Operation.SEND || operation == Operation.WRITE; i++) {
            Frame frame = frames.get(i);
            if (isOwn(frame) && frame.view.psn() == next) {
                last = frame;
                end.fill(memory + length, frame.payload());
                length += frame.view.payloadLength();
                next = Psn.next(next);
                if (frame.view.opcode().endsMessage()) {
                    break;
                }
            }
        }
        if (operation == Operation.READ) {
            length = (int) view.dmaLength();
            next = Psn.add(next, Segmentation.packets(length, Frame.MTU));
        } else if (operation == Operation.ATOMIC) {
            length = Long.BYTES;
            next = Psn.next(next);
            boolean swap = view.opcode() == RoceOpcode.COMPARE_SWAP;
            end.send.operand[0] = swap ? view.compare() : view.swapOrAdd();
            end.send.swap[0] = view.swapOrAdd();
        }
        setFields(view, last.view, operation);
        int flags = IbvSendWR.IBV_SEND_SIGNALED | (last.view.solicited() ? IbvSendWR.IBV_SEND_SOLICITED : 0);
        assertThat(end.post(opcode(last.view.opcode()), flags, start.number, memory, length))
                .isZero();
        posted++;
        memory += (length + 7) & ~7;
    }

    private void setFields(RocePacket first, RocePacket last, Operation operation) {
        if (operation != Operation.SEND) {
            end.remote(first.remoteAddress(), first.rkey());
        } else if (last.opcode().hasInvalidate()) {
            end.send.rkey[0] = last.invalidateKey();
        }
        if (last.opcode().hasImmediate()) {
            end.send.rawImm[0] = Imm.toRaw(last.immediate());
        }
    }

    private static int opcode(RoceOpcode last) {
        return switch (last.operation()) {
            case READ -> WrOpcode.RDMA_READ;
            case ATOMIC ->
                last == RoceOpcode.COMPARE_SWAP ? WrOpcode.ATOMIC_CMP_AND_SWP : WrOpcode.ATOMIC_FETCH_AND_ADD;
            case WRITE -> last.hasImmediate() ? WrOpcode.RDMA_WRITE_WITH_IMM : WrOpcode.RDMA_WRITE;
            default ->
                last.hasInvalidate()
                        ? WrOpcode.SEND_WITH_INV
                        : last.hasImmediate() ? WrOpcode.SEND_WITH_IMM : WrOpcode.SEND;
        };
    }

    /**
     * Requests and answers in the order of each: which of two that cross goes first is everybody's own choice, and so is how
     * often a long message asks for an ACK (spec/rocev2.md 6.3).
     */
    void assertSameAsKernel() {
        for (boolean request : new boolean[] {true, false}) {
            List<byte[]> mine = only(request, ours);
            List<byte[]> kernels = only(request, theirs);
            assertThat(mine.stream().map(Packets::line)).hasSameSizeAs(kernels);
            for (int i = 0; i < mine.size(); i++) {
                assertThat(mine.get(i))
                        .as("%s %d", request ? "request" : "answer", i)
                        .isEqualTo(kernels.get(i));
            }
        }
    }

    private static List<byte[]> only(boolean request, List<byte[]> packets) {
        List<byte[]> chosen = new ArrayList<>();
        for (byte[] packet : packets) {
            RoceOpcode code = RoceOpcode.of(packet[0]);
            if (code != null && code.isRequest() == request) {
                byte[] copy = Frame.withoutIcrc(packet);
                if (request && !code.endsMessage()) {
                    copy[8] &= 0x7f;
                }
                chosen.add(copy);
            }
        }
        return chosen;
    }
}
