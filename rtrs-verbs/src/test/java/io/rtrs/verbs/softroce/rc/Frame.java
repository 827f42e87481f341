package io.rtrs.verbs.softroce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.verbs.softroce.link.PcapReader;
import io.rtrs.verbs.softroce.wire.RoceOpcode;
import io.rtrs.verbs.softroce.wire.RoceOpcode.Operation;
import io.rtrs.verbs.softroce.wire.RocePacket;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** A frame of the transport under test, from a capture of two kernels. */
final class Frame {
    final int number;
    final long timeNs;
    final boolean fromA;
    final byte[] bytes;
    final RocePacket view = new RocePacket();
    private final boolean wrapped;

    private Frame(PcapReader.Packet packet, String addressOfA) {
        number = packet.frame();
        timeNs = packet.timeNs();
        fromA = packet.source().toString().contains(addressOfA);
        bytes = packet.ip().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
        wrapped = view.wrap(MemorySegment.ofArray(bytes), 0, bytes.length) == RocePacket.OK
                && view.opcode().operation() != Operation.DATAGRAM;
    }

    /** Those of a capture that belong to RC connections. */
    static List<Frame> of(String file, String addressOfA) throws IOException {
        try (InputStream in = Frame.class.getResourceAsStream("/vectors/" + file + ".pcap")) {
            assertThat(in).isNotNull();
            return PcapReader.read(in).stream()
                    .map(packet -> new Frame(packet, addressOfA))
                    .filter(frame -> frame.wrapped)
                    .toList();
        }
    }

    /** What the packet carries. */
    byte[] payload() {
        int at = (int) view.payloadOffset();
        return Arrays.copyOfRange(bytes, at, at + view.payloadLength());
    }

    static byte[] withoutIcrc(byte[] packet) {
        return Arrays.copyOf(packet, packet.length - RoceOpcode.ICRC_SIZE);
    }
}
