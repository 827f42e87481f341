package io.rtrs.soft.roce.cm.message;

import static io.rtrs.soft.roce.wire.Layouts.BE64;
import static io.rtrs.soft.roce.wire.Layouts.put16;
import static io.rtrs.soft.roce.wire.Layouts.put8;
import static io.rtrs.soft.roce.wire.Layouts.u16;
import static io.rtrs.soft.roce.wire.Layouts.u8;

import io.rtrs.soft.roce.wire.Gid;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * What the RDMA IP CM service puts before the consumer's data in a REQ: who connects to whom in IP terms (spec/rocev2.md
 * 12.2). It is in no other message.
 *
 * @param sourcePort the active side's port
 * @param source the active side's address
 * @param destination the passive side's; its port is in the service id only
 */
public record IpCmHeader(int sourcePort, Gid source, Gid destination) {
    /** Bytes of the header. */
    public static final int SIZE = 36;

    /** Bytes that are left for the consumer. */
    public static final int CONSUMER_SIZE = Req.PRIVATE_SIZE - SIZE;

    private static final int PORT = 2;
    private static final int SOURCE = 4;
    private static final int DESTINATION = SOURCE + Gid.SIZE;

    /** The service ids of the TCP port space are this and the port (spec/rocev2.md 12.1). */
    private static final long TCP_SERVICES = 0x0106_0000L;

    private static final int IPV4 = 4;
    private static final int IPV6 = 6;
    private static final long ALL_OF_IPV4 = 0xFFFF_FFFFL;

    static {
        assert DESTINATION + Gid.SIZE == SIZE;
        assert CONSUMER_SIZE == 56;
    }

    /** Checks the port, and that both addresses are of one family. */
    public IpCmHeader {
        Fields.fits("port", sourcePort, 16);
        if (source.isIpv4() != destination.isIpv4()) {
            throw new IllegalArgumentException(source + " and " + destination + " are of different families");
        }
    }

    /** The service id of a TCP port. */
    public static long serviceId(int port) {
        return TCP_SERVICES | Fields.fits("port", port, 16);
    }

    /** The TCP port of a service id, or -1 if it is in another port space. */
    public static int port(long serviceId) {
        return (serviceId & ~0xFFFFL) == TCP_SERVICES ? (int) (serviceId & 0xFFFF) : -1;
    }

    /** The header of a REQ; null if its version or its IP version is unknown. */
    public static @Nullable IpCmHeader of(Req request) {
        MemorySegment data = MemorySegment.ofArray(request.privateData().bytes());
        if (data.byteSize() < SIZE || u8(data, 0) != 0) {
            return null;
        }
        int version = Fields.bits(data, 1, 4, 4);
        if (version == IPV4) {
            return new IpCmHeader(u16(data, PORT), ipv4(data, SOURCE), ipv4(data, DESTINATION));
        }
        if (version != IPV6) {
            return null;
        }
        Gid source = Gid.get(data, SOURCE);
        Gid destination = Gid.get(data, DESTINATION);
        return source.isIpv4() == destination.isIpv4() ? new IpCmHeader(u16(data, PORT), source, destination) : null;
    }

    private static Gid ipv4(MemorySegment data, int offset) {
        return Gid.ofIpv4((int) data.get(BE64, offset + 8));
    }

    /** The whole private data of a REQ: this header and the consumer's. */
    public PrivateData with(PrivateData consumer) {
        MemorySegment data = MemorySegment.ofArray(new byte[Req.PRIVATE_SIZE]);
        put8(data, 1, (source.isIpv4() ? IPV4 : IPV6) << 4);
        put16(data, PORT, sourcePort);
        put(data, SOURCE, source);
        put(data, DESTINATION, destination);
        consumer.put(data, SIZE, CONSUMER_SIZE);
        return PrivateData.get(data, 0, Req.PRIVATE_SIZE);
    }

    private static void put(MemorySegment data, int offset, Gid address) {
        if (address.isIpv4()) {
            data.set(BE64, offset + 8, address.lo() & ALL_OF_IPV4);
        } else {
            address.put(data, offset);
        }
    }
}
