package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.link.PcapReader;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RocePacket;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/** The management datagrams of the captures. */
final class CapturedMads {
    static final List<String> NAMES =
            List.of("edge", "loss", "mra", "reject", "rping_v4", "rping_v6", "rtrs_inv_n", "rtrs_inv_y", "verbs");

    record Captured(int frame, Gid from, Gid to, MemorySegment mad) {
        CmMessage message() {
            return Objects.requireNonNull(CmMessage.decodeMad(mad, 0));
        }
    }

    private CapturedMads() {}

    static List<Captured> read(String name) {
        String resource = "/vectors/" + name + ".pcap";
        try (InputStream in = Objects.requireNonNull(CapturedMads.class.getResourceAsStream(resource), resource)) {
            RocePacket packet = new RocePacket();
            List<Captured> mads = new ArrayList<>();
            for (PcapReader.Packet captured : PcapReader.read(in)) {
                boolean whole = packet.wrap(captured.ip(), captured.offset(), captured.length()) == RocePacket.OK;
                if (whole && Gsi.isMad(packet)) {
                    MemorySegment mad = captured.ip().asSlice(packet.payloadOffset(), Mad.SIZE);
                    mads.add(new Captured(captured.frame(), captured.source(), captured.destination(), mad));
                }
            }
            return mads;
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    static Captured frame(String name, int frame) {
        return read(name).stream()
                .filter(mad -> mad.frame() == frame)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(name + ":" + frame));
    }
}
