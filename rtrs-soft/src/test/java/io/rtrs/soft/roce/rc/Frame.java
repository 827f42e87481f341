package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.link.PcapReader;
import io.rtrs.soft.roce.wire.AtomicEth;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Ieth;
import io.rtrs.soft.roce.wire.Reth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RoceOpcode.Operation;
import io.rtrs.soft.roce.wire.RocePacket;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A frame of the transport under test, from a capture of two kernels. */
final class Frame {
    /** The path MTU of all captures. */
    static final int MTU = 1024;

    /** What stands for a key of theirs: ours, and how far our memory is from theirs. */
    record Key(int key, long distance) {}

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

    /** The packet with our addresses and keys in place of theirs. */
    byte[] translated(Map<Integer, Key> keys) {
        byte[] translated = bytes.clone();
        MemorySegment packet = MemorySegment.ofArray(translated);
        RoceOpcode code = view.opcode();
        boolean named = code.rethOffset() != RoceOpcode.ABSENT || code.atomicOffset() != RoceOpcode.ABSENT;
        Key key = named ? keys.get(view.rkey()) : code.hasInvalidate() ? keys.get(view.invalidateKey()) : null;
        if (key == null) {
            return translated;
        }
        if (code.rethOffset() != RoceOpcode.ABSENT) {
            Reth.put(packet, code.rethOffset(), view.remoteAddress() + key.distance, key.key, (int) view.dmaLength());
        } else if (named) {
            long address = view.remoteAddress() + key.distance;
            AtomicEth.put(packet, Bth.SIZE, address, key.key, view.swapOrAdd(), view.compare());
        } else {
            Ieth.put(packet, code.iethOffset(), key.key);
        }
        return translated;
    }

    static byte[] withoutIcrc(byte[] packet) {
        return Arrays.copyOf(packet, packet.length - RoceOpcode.ICRC_SIZE);
    }
}
