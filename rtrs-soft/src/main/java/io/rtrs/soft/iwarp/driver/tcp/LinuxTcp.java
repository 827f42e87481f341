package io.rtrs.soft.iwarp.driver.tcp;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.sockaddr_in6;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.memory.NativeAccess;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;

/** TCP by the C library of Linux. */
public final class LinuxTcp implements Tcp {
    private final int silenceMs;

    /** Connections whose peer is silent for so long, in milliseconds, are given up; 0: as the kernel likes. */
    public LinuxTcp(int silenceMs) {
        this.silenceMs = silenceMs;
    }

    /** Why the C library cannot be called here; empty if it can. */
    public static Optional<String> missing() {
        String os = System.getProperty("os.name", "");
        String arch = System.getProperty("os.arch", "");
        if (!os.toLowerCase(Locale.ROOT).startsWith("linux")) {
            return Optional.of("these are the calls of Linux, this is " + os);
        }
        if (!arch.equals("amd64") && !arch.equals("aarch64")) {
            return Optional.of("the structure layouts are those of amd64 and aarch64, this is " + arch);
        }
        return NativeAccess.denied();
    }

    @Override
    public TcpSocket bind(InetSocketAddress local, boolean shared) throws VerbsException {
        boolean six = local.getAddress() instanceof Inet6Address;
        int fd = check(Libc.socket(six ? TcpLayout.AF_INET6 : TcpLayout.AF_INET), "a socket");
        try (Arena arena = Arena.ofConfined()) {
            if (six) {
                Libc.setOption(fd, TcpLayout.IPPROTO_IPV6, TcpLayout.IPV6_V6ONLY, 0); // [::] hears IPv4 too
            }
            if (shared || local.getPort() != 0) {
                // A port whose connections linger may be had again; one where somebody listens may not.
                Libc.setOption(fd, TcpLayout.SOL_SOCKET, TcpLayout.SO_REUSEADDR, 1);
            }
            check(Libc.bind(fd, SocketAddresses.of(local, arena)), "binding to " + local);
            return new LinuxSocket(fd, name(fd), local, silenceMs);
        } catch (VerbsException | RuntimeException | Error e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** Where a socket is bound. */
    static InetSocketAddress name(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(sockaddr_in6.sizeof, 8);
            Libc.getsockname(fd, name, arena.allocateFrom(JAVA_INT, sockaddr_in6.sizeof));
            return SocketAddresses.read(name);
        }
    }

    static int check(int result, String what) throws VerbsException {
        if (result < 0) {
            throw new VerbsException(what + " failed with errno " + -result, -result);
        }
        return result;
    }

    @Override
    public Poller poller(Kind kind) throws VerbsException {
        return new EpollPoller(kind);
    }

    @Override
    public boolean hasEdges() {
        return true;
    }

    @Override
    public String name() {
        return "linux";
    }
}
