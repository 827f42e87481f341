package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.soft.roce.driver.udp.SocketLayout.sockaddr_in;
import io.rtrs.soft.roce.driver.udp.SocketLayout.sockaddr_in6;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;

import java.lang.foreign.MemorySegment;

/** {@code struct sockaddr_in} and {@code sockaddr_in6}, to and from GIDs. <b>Allocation</b>: none. */
final class SocketAddresses {
    private SocketAddresses() {}

    /** Writes the address; how long it is. */
    static int write(MemorySegment to, Gid gid, int port, int scope) {
        Layouts.put16(to, sockaddr_in6.sin6_port, port);
        if (gid.isIpv4()) {
            to.set(JAVA_SHORT, sockaddr_in.sin_family, Sockets.AF_INET);
            to.set(Layouts.BE32, sockaddr_in.sin_addr, gid.ipv4());
            return sockaddr_in.sizeof;
        }
        to.set(JAVA_SHORT, sockaddr_in6.sin6_family, Sockets.AF_INET6);
        to.set(JAVA_INT, sockaddr_in6.sin6_flowinfo, 0);
        gid.put(to, sockaddr_in6.sin6_addr);
        to.set(JAVA_INT, sockaddr_in6.sin6_scope_id, isLinkLocal(gid) ? scope : 0);
        return sockaddr_in6.sizeof;
    }

    private static boolean isLinkLocal(Gid gid) {
        return gid.hi() >>> 54 == 0xfe80 >>> 6;
    }

    static int port(MemorySegment from, long at) {
        return Layouts.u16(from, at + sockaddr_in6.sin6_port);
    }

    static long ipv4Mapped(MemorySegment from, long at) {
        return 0xFFFFL << 32 | Integer.toUnsignedLong(from.get(Layouts.BE32, at + sockaddr_in.sin_addr));
    }

    static long ipv6Hi(MemorySegment from, long at) {
        return from.get(Layouts.BE64, at + sockaddr_in6.sin6_addr);
    }

    static long ipv6Lo(MemorySegment from, long at) {
        return from.get(Layouts.BE64, at + sockaddr_in6.sin6_addr + Long.BYTES);
    }
}
