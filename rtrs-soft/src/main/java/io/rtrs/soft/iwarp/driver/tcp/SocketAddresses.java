package io.rtrs.soft.iwarp.driver.tcp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.sockaddr_in;
import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.sockaddr_in6;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6}, to and from Java's. */
final class SocketAddresses {
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    private SocketAddresses() {}

    /** The structure of an address. */
    static MemorySegment of(InetSocketAddress address, SegmentAllocator allocator) {
        byte[] bytes = address.getAddress().getAddress();
        boolean six = bytes.length == IPV6_BYTES;
        MemorySegment to = allocator.allocate(six ? sockaddr_in6.sizeof : sockaddr_in.sizeof, 8);
        to.set(JAVA_SHORT, sockaddr_in.sin_family, six ? TcpLayout.AF_INET6 : TcpLayout.AF_INET);
        to.set(PORT, sockaddr_in.sin_port, (short) address.getPort());
        MemorySegment.copy(bytes, 0, to, JAVA_BYTE, six ? sockaddr_in6.sin6_addr : sockaddr_in.sin_addr, bytes.length);
        if (address.getAddress() instanceof Inet6Address scoped && scoped.isLinkLocalAddress()) {
            to.set(JAVA_INT, sockaddr_in6.sin6_scope_id, scoped.getScopeId());
        }
        return to;
    }

    /** The address of a structure; IPv4 where it is that, mapped to IPv6 or not. */
    static InetSocketAddress read(MemorySegment from) {
        boolean six = from.get(JAVA_SHORT, sockaddr_in.sin_family) == TcpLayout.AF_INET6;
        byte[] bytes = new byte[six ? IPV6_BYTES : IPV4_BYTES];
        MemorySegment.copy(
                from, JAVA_BYTE, six ? sockaddr_in6.sin6_addr : sockaddr_in.sin_addr, bytes, 0, bytes.length);
        int port = Short.toUnsignedInt(from.get(PORT, sockaddr_in.sin_port));
        try {
            InetAddress plain = InetAddress.getByAddress(bytes); // IPv4 if it is mapped
            InetAddress address = plain instanceof Inet6Address && plain.isLinkLocalAddress()
                    ? Inet6Address.getByAddress(null, bytes, from.get(JAVA_INT, sockaddr_in6.sin6_scope_id))
                    : plain;
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("four or sixteen bytes are an address", e);
        }
    }
}
