package io.rtrs.soft.record;

import io.rtrs.soft.network.IpAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A capture file of IP packets: classic pcap with nanoseconds, link type raw IP. The IP headers are made up to fit; what is
 * behind them is added in pieces, {@link #begin}, {@link #add} for each, {@link #end}.
 *
 * <p><b>Threading</b>: none but for {@link #failure}; writers of several links need a lock. <b>Ownership</b>: the stream is
 * closed with it; it should be buffered. <b>Errors</b>: the first one ends the writing, and is kept in {@link #failure};
 * capturing never disturbs the traffic. <b>Allocation</b>: none per packet.
 */
public final class PcapFile implements AutoCloseable {
    /** Nanosecond pcap, big-endian here. */
    public static final int MAGIC_NANOS = 0xA1B2_3C4D;

    /** Packets begin with an IP header. */
    public static final int LINK_TYPE_RAW = 101;

    /** Bytes before the first record. */
    public static final int FILE_HEADER = 24;

    /** Bytes before a record's packet. */
    public static final int RECORD_HEADER = 16;

    /** The longest IP packet: all of any is kept. */
    public static final int SNAP_LENGTH = 65535;

    static final int SNAP_LENGTH_MIN = 128;

    private static final ValueLayout.OfShort BE16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt BE32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong BE64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TTL = 64;
    private static final long NANOS = 1_000_000_000;

    private final OutputStream out;
    private final int snapLength;
    private final byte[] bytes;
    private final MemorySegment view;

    /** Of the record that is begun: where the next piece goes, and what is still missing of the packet. */
    private int at;

    private int missing;
    private volatile @Nullable IOException failure;

    /**
     * Writes the file's header. Each packet and the header are one {@code write} call each.
     *
     * @param snapLength bytes that are kept of a packet, counted from its IP header, 128 to 65535
     */
    public PcapFile(OutputStream out, int snapLength) {
        if (snapLength < SNAP_LENGTH_MIN || snapLength > SNAP_LENGTH) {
            throw new IllegalArgumentException(
                    "snap length " + snapLength + ": it is from " + SNAP_LENGTH_MIN + " to " + SNAP_LENGTH);
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
     * Begins a packet: its IP header.
     *
     * @param to decides between IPv4 and IPv6; of the same family as {@code from}
     * @param protocol the number of what is behind the IP header
     * @param length bytes behind the IP header; more than fit into a packet are refused
     * @param identification of the IPv4 header
     * @param epochNs when, since 1970
     */
    public void begin(IpAddress from, IpAddress to, int protocol, int length, int identification, long epochNs) {
        int ipHeader = to.isIpv4() ? IPV4_HEADER : IPV6_HEADER;
        int total = ipHeader + length;
        if (length < 0 || total > SNAP_LENGTH) {
            throw new IllegalArgumentException("a packet of " + length + " bytes behind its IP header");
        }
        put32(0, (int) Math.floorDiv(epochNs, NANOS));
        put32(4, (int) Math.floorMod(epochNs, NANOS));
        put32(8, Math.min(total, snapLength));
        put32(12, total);
        if (to.isIpv4()) {
            putIpv4(total, protocol, identification, from.ipv4(), to.ipv4());
        } else {
            putIpv6(length, protocol, from, to);
        }
        at = RECORD_HEADER + ipHeader;
        missing = length;
    }

    /** Adds a piece, or as much of it as is kept. */
    public void add(MemorySegment memory, long offset, int length) {
        if (length < 0 || length > missing) {
            throw new IllegalArgumentException("a piece of " + length + " bytes, where " + missing + " are missing");
        }
        missing -= length;
        int kept = Math.min(length, bytes.length - at);
        MemorySegment.copy(memory, offset, view, at, kept);
        at += kept;
    }

    /** All pieces are there: the packet is written, unless the writing has ended. */
    public void end() {
        if (missing != 0) {
            throw new IllegalStateException(missing + " bytes of the packet are missing");
        }
        if (failure == null) {
            write(at);
        }
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

    private void putIpv4(int total, int protocol, int identification, int source, int destination) {
        int ip = RECORD_HEADER;
        put32(ip, 0x4500_0000 | total);
        put32(ip + 4, (identification << 16) | 0x4000);
        put32(ip + 8, (TTL << 24) | (protocol << 16));
        put32(ip + 12, source);
        put32(ip + 16, destination);
        int sum = 0;
        for (int i = 0; i < IPV4_HEADER; i += 2) {
            sum += Short.toUnsignedInt(view.get(BE16, ip + i));
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        view.set(BE16, ip + 10, (short) ~sum);
    }

    private void putIpv6(int payload, int protocol, IpAddress source, IpAddress destination) {
        int ip = RECORD_HEADER;
        put32(ip, 0x6000_0000);
        put32(ip + 4, (payload << 16) | (protocol << 8) | TTL);
        view.set(BE64, ip + 8, source.hi());
        view.set(BE64, ip + 16, source.lo());
        view.set(BE64, ip + 24, destination.hi());
        view.set(BE64, ip + 32, destination.lo());
    }

    private void put32(int offset, int value) {
        view.set(BE32, offset, value);
    }

    private void write(int count) {
        try {
            out.write(bytes, 0, count);
        } catch (IOException e) {
            failure = e;
        }
    }
}
