package io.rtrs.interop.subject;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.stream.IntStream;

/** The UDP port of software RoCE, which one process has at each address. */
final class RocePort {
    private static final int PORT = 4791;

    private RocePort() {}

    /** Whether no process has it there. */
    static boolean isFree(InetAddress address) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, PORT))) {
            return socket.isBound();
        } catch (SocketException taken) {
            return false;
        }
    }

    /** A loopback address where it is free. */
    static InetAddress freeAddress() {
        return IntStream.range(1, 255)
                .mapToObj(host -> InetAddress.ofLiteral("127.0.74." + host))
                .filter(RocePort::isFree)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("UDP port " + PORT + " is taken on 127.0.74.1 to .254"));
    }
}
