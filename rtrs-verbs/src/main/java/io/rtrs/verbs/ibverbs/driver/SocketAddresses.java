package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.NativeMemory;
import io.rtrs.verbs.ibverbs.layout.LibcLayout.sockaddr_in;
import io.rtrs.verbs.ibverbs.layout.LibcLayout.sockaddr_in6;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteOrder;

/** {@code struct sockaddr_in} and {@code sockaddr_in6}, from and to Java's addresses. Ports are big-endian there. */
final class SocketAddresses {
    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddresses() {}

    /** The address as C has it, in memory of the arena. */
    static MemorySegment write(Arena arena, @Nullable SocketAddress address) throws VerbsException {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            throw new VerbsException("not a resolved IP address: " + address, Errno.EAFNOSUPPORT);
        }
        InetAddress ip = inet.getAddress();
        MemorySegment to = arena.allocate(sockaddr_in6.sizeof, 8);
        if (ip instanceof Inet6Address six) {
            to.set(ValueLayout.JAVA_SHORT, sockaddr_in6.sin6_family, AF_INET6);
            to.set(PORT, sockaddr_in6.sin6_port, (short) inet.getPort());
            MemorySegment.copy(
                    six.getAddress(), 0, to, ValueLayout.JAVA_BYTE, sockaddr_in6.sin6_addr, six.getAddress().length);
            to.set(ValueLayout.JAVA_INT, sockaddr_in6.sin6_scope_id, six.getScopeId());
        } else {
            to.set(ValueLayout.JAVA_SHORT, sockaddr_in.sin_family, AF_INET);
            to.set(PORT, sockaddr_in.sin_port, (short) inet.getPort());
            MemorySegment.copy(
                    ip.getAddress(), 0, to, ValueLayout.JAVA_BYTE, sockaddr_in.sin_addr, ip.getAddress().length);
        }
        return to;
    }

    /** The address that C has at {@code at}; null if it was never set. */
    static @Nullable InetSocketAddress read(long at) throws IOException {
        return switch (NativeMemory.getShort(at + sockaddr_in.sin_family)) {
            case AF_INET ->
                new InetSocketAddress(
                        InetAddress.getByAddress(NativeMemory.bytes(at + sockaddr_in.sin_addr, 4)),
                        port(at + sockaddr_in.sin_port));
            case AF_INET6 -> new InetSocketAddress(six(at), port(at + sockaddr_in6.sin6_port));
            default -> null;
        };
    }

    private static InetAddress six(long at) throws IOException {
        byte[] bytes = NativeMemory.bytes(at + sockaddr_in6.sin6_addr, 16);
        int scope = NativeMemory.getInt(at + sockaddr_in6.sin6_scope_id);
        return scope == 0 ? InetAddress.getByAddress(bytes) : Inet6Address.getByAddress(null, bytes, scope);
    }

    private static int port(long at) {
        short raw = NativeMemory.getShort(at);
        return Short.toUnsignedInt(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Short.reverseBytes(raw) : raw);
    }
}
