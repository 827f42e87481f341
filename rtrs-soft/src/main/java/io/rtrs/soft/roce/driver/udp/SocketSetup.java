package io.rtrs.soft.roce.driver.udp;

import io.rtrs.soft.roce.driver.udp.SocketLayout.sockaddr_in6;
import io.rtrs.verbs.VerbsException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Makes a socket as spec/rocev2.md 2.6 wants it; closes it again unless it is taken. */
final class SocketSetup implements AutoCloseable {
    private static final int NOT_OWNED = -1;

    private final Sockets sockets;
    private final LocalAddress local;
    private final boolean ipv4;
    private int fd;

    SocketSetup(Sockets sockets, LocalAddress local) throws VerbsException {
        this.sockets = sockets;
        this.local = local;
        this.ipv4 = local.gid().isIpv4();
        fd = check("a datagram socket", sockets.datagramSocket(ipv4 ? Sockets.AF_INET : Sockets.AF_INET6));
    }

    /** Sets the options and binds to a port, or with 0 to any. */
    LinkFacts bind(int port, LinkOptions options) throws VerbsException {
        boolean zeroChecksums = ipv4 ? setUpIpv4() : setUpIpv6();
        boolean segmentation = sockets.setOption(fd, Sockets.SOL_UDP, Sockets.UDP_SEGMENT, 0) == 0;
        boolean coalescing = sockets.setOption(fd, Sockets.SOL_UDP, Sockets.UDP_GRO, 1) == 0;
        int receiveBytes = buffer(Sockets.SO_RCVBUF, Sockets.SO_RCVBUFFORCE, options.socketReceiveBytes());
        int sendBytes = buffer(Sockets.SO_SNDBUF, Sockets.SO_SNDBUFFORCE, options.socketSendBytes());
        int bound = bindTo(port);
        return new LinkFacts(
                UdpDriver.LINUX,
                local,
                bound,
                segmentation,
                coalescing,
                zeroChecksums,
                options.socketReceiveBytes(),
                receiveBytes,
                sendBytes);
    }

    /** As {@link #bind}, at a port that another socket of this process has and shares. */
    LinkFacts bindBeside(int port, LinkOptions options) throws VerbsException {
        check("SO_REUSEPORT", sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT, 1));
        return bind(port, options);
    }

    private boolean setUpIpv4() throws VerbsException {
        check(
                "IP_MTU_DISCOVER",
                sockets.setOption(fd, Sockets.IPPROTO_IP, Sockets.IP_MTU_DISCOVER, Sockets.PMTUDISC_PROBE));
        check("IP_RECVERR", sockets.setOption(fd, Sockets.IPPROTO_IP, Sockets.IP_RECVERR, 1));
        return true;
    }

    private boolean setUpIpv6() throws VerbsException {
        check("IPV6_V6ONLY", sockets.setOption(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_V6ONLY, 1));
        check(
                "IPV6_MTU_DISCOVER",
                sockets.setOption(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_MTU_DISCOVER, Sockets.PMTUDISC_PROBE));
        check("IPV6_RECVERR", sockets.setOption(fd, Sockets.IPPROTO_IPV6, Sockets.IPV6_RECVERR, 1));
        return sockets.setOption(fd, Sockets.SOL_UDP, Sockets.UDP_NO_CHECK6_RX, 1) == 0;
    }

    /** Asks for a buffer, with a privilege if it takes one and we have it; what the kernel gave. */
    private int buffer(int option, int forced, int bytes) {
        sockets.setOption(fd, Sockets.SOL_SOCKET, option, bytes);
        if (given(option) < bytes) {
            sockets.setOption(fd, Sockets.SOL_SOCKET, forced, bytes);
        }
        return given(option);
    }

    private int given(int option) {
        return Math.max(0, sockets.getOption(fd, Sockets.SOL_SOCKET, option)) / 2; // it says twice what it grants
    }

    private int bindTo(int port) throws VerbsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(sockaddr_in6.sizeof, 8);
            int length = SocketAddresses.write(name, local.gid(), port, local.scope());
            int result = sockets.bind(fd, name.asSlice(0, length));
            if (result < 0) {
                throw PortInUse.cannotBind(local.address(), port, -result);
            }
            return port != 0 ? port : check("a port", sockets.localPort(fd));
        }
    }

    private int check(String what, int result) throws VerbsException {
        if (result < 0) {
            throw new VerbsException(
                    what + " for " + local.address().getHostAddress() + " failed with errno " + -result, -result);
        }
        return result;
    }

    /** The socket, which is the caller's from now on. */
    int take() {
        int taken = fd;
        fd = NOT_OWNED;
        return taken;
    }

    @Override
    public void close() {
        if (fd != NOT_OWNED) {
            sockets.close(take());
        }
    }
}
