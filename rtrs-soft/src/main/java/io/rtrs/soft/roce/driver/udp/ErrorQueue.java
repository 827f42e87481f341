package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.soft.roce.driver.udp.SocketLayout.cmsghdr;
import io.rtrs.soft.roce.driver.udp.SocketLayout.iovec;
import io.rtrs.soft.roce.driver.udp.SocketLayout.msghdr;
import io.rtrs.soft.roce.driver.udp.SocketLayout.sock_extended_err;
import io.rtrs.soft.roce.driver.udp.SocketLayout.sockaddr_in6;
import io.rtrs.soft.roce.link.ReturnedPacket;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A socket's error queue: what ICMP messages said about packets that it sent, each with the destination of that packet.
 *
 * <p><b>Threading</b>: the link's owner. <b>Allocation</b>: an address for each error; none if there is none.
 */
final class ErrorQueue {
    /** Errors taken in one look: they must not keep packets waiting. */
    static final int AT_ONCE = 16;

    private static final int NAME_BYTES = 32;
    private static final int CONTROL_BYTES = 256;
    private static final int ERROR = cmsghdr.sizeof;
    private static final int OFFENDER = ERROR + sock_extended_err.sizeof;

    private final MemorySegment message;
    private final MemorySegment name;
    private final MemorySegment control;

    /** The UDP payload of the packet that came back, as much of it as is looked at. */
    private final MemorySegment data;

    private final Gid local;

    /** How much of it there is. */
    private long dataBytes;

    ErrorQueue(Arena arena, Gid local) {
        this.local = local;
        message = arena.allocate(msghdr.sizeof, 8);
        name = arena.allocate(NAME_BYTES, 8);
        control = arena.allocate(CONTROL_BYTES, 8);
        data = arena.allocate(Bth.SIZE, 8);
        MemorySegment vector = arena.allocate(iovec.sizeof, 8);
        vector.set(JAVA_LONG, iovec.iov_base, data.address());
        vector.set(JAVA_LONG, iovec.iov_len, Bth.SIZE);
        message.set(JAVA_LONG, msghdr.msg_name, name.address());
        message.set(JAVA_LONG, msghdr.msg_iov, vector.address());
        message.set(JAVA_LONG, msghdr.msg_iovlen, 1);
        message.set(JAVA_LONG, msghdr.msg_control, control.address());
    }

    /**
     * Moves errors to where failures are kept, {@link #AT_ONCE} at most.
     *
     * @return how many there were
     */
    int take(Sockets sockets, int fd, DeliveryFailures failures) {
        int taken = 0;
        while (taken < AT_ONCE && next(sockets, fd)) {
            taken++;
            read(failures);
        }
        return taken;
    }

    private boolean next(Sockets sockets, int fd) {
        message.set(JAVA_INT, msghdr.msg_namelen, NAME_BYTES);
        message.set(JAVA_LONG, msghdr.msg_controllen, CONTROL_BYTES);
        dataBytes = sockets.receiveError(fd, message);
        return dataBytes >= 0;
    }

    private void read(DeliveryFailures failures) {
        int level = control.get(JAVA_INT, cmsghdr.cmsg_level);
        int type = control.get(JAVA_INT, cmsghdr.cmsg_type);
        boolean known = (level == Sockets.IPPROTO_IP && type == Sockets.IP_RECVERR)
                || (level == Sockets.IPPROTO_IPV6 && type == Sockets.IPV6_RECVERR);
        if (known
                && message.get(JAVA_LONG, msghdr.msg_controllen) >= OFFENDER
                && message.get(JAVA_INT, msghdr.msg_namelen) > 0) {
            int errno = control.get(JAVA_INT, ERROR + sock_extended_err.ee_errno);
            boolean here = isSaidHere();
            Gid to = address(name, 0);
            if (here && errno == Sockets.ECONNREFUSED && !to.equals(local) && !to.isLoopback()) {
                errno = Sockets.EPERM; // it never left: only a rule of this machine's firewall speaks for another
                // address
            }
            failures.add(to, SocketAddresses.port(name, 0), errno, here, packet());
        }
    }

    /** The request that came back; an answer has a number of the peer's, and some routers send back less than is looked at. */
    private @Nullable ReturnedPacket packet() {
        RoceOpcode opcode = dataBytes < Bth.SIZE ? null : RoceOpcode.of(Bth.opcode(data, 0));
        return opcode != null && opcode.isRequest() ? new ReturnedPacket(Bth.destQp(data, 0), Bth.psn(data, 0)) : null;
    }

    /**
     * Whether the ICMP message comes from this link's own address, or from loopback. So it does where the destination is this
     * machine, and where address resolution gave up. Over IPv4 nobody else can send such a message; over IPv6 a neighbour
     * may forge one, and an unanswered connect then ends a try earlier.
     */
    private boolean isSaidHere() {
        byte origin = control.get(JAVA_BYTE, ERROR + sock_extended_err.ee_origin);
        short family = control.get(JAVA_SHORT, OFFENDER + sockaddr_in6.sin6_family);
        if (origin == Sockets.SO_EE_ORIGIN_LOCAL || (family != Sockets.AF_INET && family != Sockets.AF_INET6)) {
            return false;
        }
        Gid offender = address(control, OFFENDER);
        return offender.equals(local) || offender.isLoopback();
    }

    private static Gid address(MemorySegment from, long at) {
        return from.get(JAVA_SHORT, at + sockaddr_in6.sin6_family) == Sockets.AF_INET6
                ? new Gid(SocketAddresses.ipv6Hi(from, at), SocketAddresses.ipv6Lo(from, at))
                : new Gid(0, SocketAddresses.ipv4Mapped(from, at));
    }
}
