package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;

/**
 * A capture file of RoCEv2 packets: classic pcap with nanoseconds, link type raw IP, IP and UDP headers made up to fit.
 *
 * <p><b>Threading</b>: none but for {@link #failure}; writers of several links need a lock. <b>Ownership</b>: the stream is closed with it; it
 * should be buffered. <b>Errors</b>: the first one ends the writing, and is kept in {@link #failure}; capturing never
 * disturbs the traffic. <b>Allocation</b>: none per packet.
 */
public final class PcapWriter implements AutoCloseable {
    /** Nanosecond pcap, big-endian here. */
    static final int MAGIC_NANOS = 0xA1B2_3C4D;

    /** Packets begin with an IP header. */
    static final int LINK_TYPE_RAW = 101;

    static final int SNAP_LENGTH = 65535;
    static final int SNAP_LENGTH_MIN = 128;
    static final int FILE_HEADER = 24;
    static final int RECORD_HEADER = 16;

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;
    private static final int TTL = 64;
    private static final int UDP = 17;
    private static final long NANOS = 1_000_000_000;

    private final OutputStream out;
    private final int snapLength;
    private final byte[] bytes;
    private final MemorySegment view;
    private volatile @Nullable IOException failure;

    /** Writes the file's header; packets will be whole. */
    public PcapWriter(OutputStream out) {
        this(out, SNAP_LENGTH);
    }

    /**
     * Writes the file's header. Each packet and the header are one {@code write} call each.
     *
     * @param snapLength bytes that are kept of a packet, counted from its IP header, 128 to 65535
     */
    public PcapWriter(OutputStream out, int snapLength) {
        if (snapLength < SNAP_LENGTH_MIN || snapLength > SNAP_LENGTH) {
            throw new IllegalArgumentException("snap length " + snapLength);
        }
        this.out = out;
        this.snapLength = snapLength;
        this.bytes = new byte[RECORD_HEADER + snapLength];
        this.view = MemorySegment.ofArray(bytes);
        put32(0, MAGIC_NANOS);
        put32(4, 0x0002_0004); // version 2.4
        put32(8, 0);
        put32(12, 0);
        put32(16, snapLength);
        put32(20, LINK_TYPE_RAW);
        write(FILE_HEADER);
    }

    /**
     * Adds a packet.
     *
     * @param length bytes, BTH to ICRC; longer than a datagram can be is refused
     * @param identification of the IPv4 header
     * @param epochNs when, since 1970
     */
    public void packet(
            MemorySegment memory,
            long offset,
            int length,
            Gid source,
            RoceAddress destination,
            int sourcePort,
            int identification,
            long epochNs) {
        if (failure != null) {
            return;
        }
        Gid to = destination.gid();
        int ipHeader = to.isIpv4() ? IPV4_HEADER : IPV6_HEADER;
        int total = ipHeader + UDP_HEADER + length;
        if (length < 0 || total > SNAP_LENGTH) {
            throw new IllegalArgumentException("length " + length);
        }
        put32(0, (int) Math.floorDiv(epochNs, NANOS));
        put32(4, (int) Math.floorMod(epochNs, NANOS));
        int kept = Math.min(total, snapLength);
        put32(8, kept);
        put32(12, total);
        if (to.isIpv4()) {
            putIpv4(total, identification, source.ipv4(), to.ipv4());
        } else {
            putIpv6(UDP_HEADER + length, source, to);
        }
        int udp = RECORD_HEADER + ipHeader;
        Layouts.put16(view, udp, sourcePort);
        Layouts.put16(view, udp + 2, destination.port());
        Layouts.put16(view, udp + 4, UDP_HEADER + length);
        Layouts.put16(view, udp + 6, 0);
        MemorySegment.copy(memory, offset, view, udp + UDP_HEADER, kept - ipHeader - UDP_HEADER);
        write(RECORD_HEADER + kept);
    }

    /** Hands what is written to the stream's other end. */
    public void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
    }

    /** What ended the writing, or null. */
    public @Nullable IOException failure() {
        return failure;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            failure = failure == null ? e : failure;
        }
    }

    private void putIpv4(int total, int identification, int source, int destination) {
        int ip = RECORD_HEADER;
        put32(ip, 0x4500_0000 | total);
        put32(ip + 4, (identification << 16) | 0x4000);
        put32(ip + 8, (TTL << 24) | (UDP << 16));
        put32(ip + 12, source);
        put32(ip + 16, destination);
        int sum = 0;
        for (int i = 0; i < IPV4_HEADER; i += 2) {
            sum += Layouts.u16(view, ip + i);
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        Layouts.put16(view, ip + 10, ~sum);
    }

    private void putIpv6(int payload, Gid source, Gid destination) {
        int ip = RECORD_HEADER;
        put32(ip, 0x6000_0000);
        put32(ip + 4, (payload << 16) | (UDP << 8) | TTL);
        source.put(view, ip + 8);
        destination.put(view, ip + 8 + Gid.SIZE);
    }

    private void put32(int at, int value) {
        view.set(Layouts.BE32, at, value);
    }

    private void write(int count) {
        try {
            out.write(bytes, 0, count);
        } catch (IOException e) {
            failure = e;
        }
    }
}
