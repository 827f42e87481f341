package io.rtrs.soft.roce.link;

import io.rtrs.soft.record.PcapFile;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceAddress;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the RoCEv2 packets of a classic pcap file of either byte order and resolution, with Ethernet or raw IP frames:
 * for replays and tests.
 *
 * <p><b>Errors</b>: {@link IOException} for a file that is no such capture, that is cut, or that holds other packets.
 */
public final class PcapReader {
    private static final int ETHERNET = 1;
    private static final int ETHERNET_HEADER = 14;
    private static final int MAGIC_MICROS = 0xA1B2_C3D4;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;

    /**
     * One packet of a capture.
     *
     * @param frame its number in the file, from 1
     * @param timeNs when, since 1970
     * @param ip the whole IP packet
     * @param source the sender's address
     * @param destination the receiver's address
     * @param sourcePort the sender's UDP port
     * @param identification of the IPv4 header, 0 of an IPv6 one
     * @param offset where in {@code ip} the BTH is
     * @param length bytes, BTH to ICRC
     */
    public record Packet(
            int frame,
            long timeNs,
            MemorySegment ip,
            Gid source,
            Gid destination,
            int sourcePort,
            int identification,
            int offset,
            int length) {}

    private final MemorySegment file;
    private final boolean swapped;
    private final boolean nanos;
    private final int linkHeader;

    private PcapReader(MemorySegment file) throws IOException {
        this.file = file;
        check(file.byteSize() >= PcapFile.FILE_HEADER, 0, "the file has no header");
        int magic = file.get(Layouts.BE32, 0);
        int reversed = Integer.reverseBytes(magic);
        swapped = reversed == MAGIC_MICROS || reversed == PcapFile.MAGIC_NANOS;
        int known = swapped ? reversed : magic;
        nanos = known == PcapFile.MAGIC_NANOS;
        check(nanos || known == MAGIC_MICROS, 0, "the file is no pcap");
        int linkType = u32(20);
        check(linkType == ETHERNET || linkType == PcapFile.LINK_TYPE_RAW, 0, "link type " + linkType);
        linkHeader = linkType == ETHERNET ? ETHERNET_HEADER : 0;
    }

    /** All packets of a file, in its order. The stream is read to its end, not closed. */
    public static List<Packet> read(InputStream in) throws IOException {
        return new PcapReader(MemorySegment.ofArray(in.readAllBytes())).packets();
    }

    private List<Packet> packets() throws IOException {
        List<Packet> packets = new ArrayList<>();
        long at = PcapFile.FILE_HEADER;
        while (at < file.byteSize()) {
            int frame = packets.size() + 1;
            check(file.byteSize() - at >= PcapFile.RECORD_HEADER, frame, "is cut");
            int size = u32(at + 8);
            check(size == u32(at + 12) && size >= linkHeader, frame, "is cut");
            long start = at + PcapFile.RECORD_HEADER;
            check(file.byteSize() - start >= size, frame, "is cut");
            long fraction = u32(at + 4) * (nanos ? 1L : 1000L);
            long timeNs = Integer.toUnsignedLong(u32(at)) * 1_000_000_000L + fraction;
            packets.add(packet(frame, timeNs, file.asSlice(start + linkHeader, size - linkHeader)));
            at = start + size;
        }
        return packets;
    }

    private static Packet packet(int frame, long timeNs, MemorySegment ip) throws IOException {
        check(ip.byteSize() >= 20 + UDP_HEADER, frame, "is too short");
        boolean v4 = Layouts.u8(ip, 0) == 0x45;
        check(v4 || Layouts.u8(ip, 0) >> 4 == 6, frame, "is not IP");
        int udp = v4 ? 20 : 40;
        check(ip.byteSize() >= udp + UDP_HEADER, frame, "is too short");
        check(Layouts.u8(ip, v4 ? 9 : 6) == UDP, frame, "is not UDP");
        boolean roce =
                Layouts.u16(ip, udp) == RoceAddress.ROCE_PORT || Layouts.u16(ip, udp + 2) == RoceAddress.ROCE_PORT;
        check(roce, frame, "is not RoCEv2");
        int length = Layouts.u16(ip, udp + 4) - UDP_HEADER;
        check(length >= 0 && udp + UDP_HEADER + length <= ip.byteSize(), frame, "is cut");
        return new Packet(
                frame,
                timeNs,
                ip.asSlice(0, udp + UDP_HEADER + length),
                v4 ? Gid.ofIpv4(ip.get(Layouts.BE32, 12)) : Gid.get(ip, 8),
                v4 ? Gid.ofIpv4(ip.get(Layouts.BE32, 16)) : Gid.get(ip, 24),
                Layouts.u16(ip, udp),
                v4 ? Layouts.u16(ip, 4) : 0,
                udp + UDP_HEADER,
                length);
    }

    private int u32(long at) {
        int value = file.get(Layouts.BE32, at);
        return swapped ? Integer.reverseBytes(value) : value;
    }

    private static void check(boolean holds, int frame, String what) throws IOException {
        if (!holds) {
            throw new IOException(frame == 0 ? what : "frame " + frame + " " + what);
        }
    }
}
