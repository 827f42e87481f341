package io.rtrs.soft.roce.rc;

import io.rtrs.soft.roce.link.PcapReader;
import io.rtrs.soft.roce.wire.AtomicEth;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Captures;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Psn;
import io.rtrs.soft.roce.wire.Reth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What captured queue pairs received, as inputs of {@link ResponderFuzz}: numbers, addresses and keys are made to fit it. */
final class CapturedStreams {
    private static final int PACKETS = 24;
    private static final int MTU_CODE_1024 = 2;
    private static final int TIME = 3;

    private CapturedStreams() {}

    private record Receiver(String file, Gid address, int qpn) {}

    /** An input for every queue pair of every capture, of the first packets that it got. */
    static Stream<byte[]> inputs() {
        Map<Receiver, List<byte[]>> streams = new LinkedHashMap<>();
        for (String name : Captures.NAMES) {
            for (PcapReader.Packet packet : Captures.read(name)) {
                byte[] bytes =
                        packet.ip().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
                RocePacket view = new RocePacket();
                boolean whole = view.wrap(MemorySegment.ofArray(bytes), 0, bytes.length) == RocePacket.OK;
                if (whole && view.opcode().operation() != RoceOpcode.Operation.DATAGRAM) {
                    streams.computeIfAbsent(
                                    new Receiver(name, packet.destination(), view.destQp()), key -> new ArrayList<>())
                            .add(bytes);
                }
            }
        }
        return streams.values().stream().map(stream -> input(stream.subList(0, Math.min(PACKETS, stream.size()))));
    }

    private static RocePacket view(byte[] bytes) {
        RocePacket view = new RocePacket();
        if (view.wrap(MemorySegment.ofArray(bytes), 0, bytes.length) != RocePacket.OK) {
            throw new AssertionError("it was whole before");
        }
        return view;
    }

    private static byte[] input(List<byte[]> stream) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(MTU_CODE_1024);
        long lowest = lowestAddress(stream);
        int request = firstPsn(stream, true);
        int response = firstPsn(stream, false);
        for (byte[] packet : stream) {
            byte[] bytes = fitted(packet, lowest, request, response);
            out.write(ResponderFuzz.RAW);
            out.write(bytes.length >> 8);
            out.write(bytes.length);
            out.writeBytes(bytes);
            out.write(TIME);
        }
        return out.toByteArray();
    }

    private static byte[] fitted(byte[] packet, long lowest, int firstRequest, int firstResponse) {
        byte[] bytes = packet.clone();
        MemorySegment segment = MemorySegment.ofArray(bytes);
        RocePacket view = view(packet);
        RoceOpcode code = view.opcode();
        boolean request = code.isRequest();
        int psn = Psn.add(
                request ? Connection.A_PSN : Connection.B_PSN,
                Psn.diff(view.psn(), request ? firstRequest : firstResponse));
        Bth.put(segment, 0, code, view.solicited(), view.payloadLength(), ResponderFuzz.QPN, view.ackReq(), psn);
        if (code.rethOffset() != RoceOpcode.ABSENT) {
            Reth.put(segment, code.rethOffset(), view.remoteAddress() - lowest, 0, (int) view.dmaLength());
        } else if (code.atomicOffset() != RoceOpcode.ABSENT) {
            AtomicEth.put(segment, Bth.SIZE, view.remoteAddress() - lowest, 0, view.swapOrAdd(), view.compare());
        }
        return bytes;
    }

    private static long lowestAddress(List<byte[]> stream) {
        return stream.stream()
                .map(CapturedStreams::view)
                .filter(view -> view.opcode().rethOffset() != RoceOpcode.ABSENT
                        || view.opcode().atomicOffset() != RoceOpcode.ABSENT)
                .mapToLong(RocePacket::remoteAddress)
                .filter(address -> address != 0)
                .min()
                .orElse(0);
    }

    private static int firstPsn(List<byte[]> stream, boolean request) {
        return stream.stream()
                .map(CapturedStreams::view)
                .filter(view -> view.opcode().isRequest() == request)
                .mapToInt(RocePacket::psn)
                .findFirst()
                .orElse(0);
    }
}
