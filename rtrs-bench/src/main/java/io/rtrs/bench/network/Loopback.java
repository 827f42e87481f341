package io.rtrs.bench.network;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;

/** Where server and client meet: a loopback address on which nobody has the UDP port of software RoCE. */
public final class Loopback {
    private static final int ROCE_PORT = 4791;
    private static final int ADDRESSES = 254;

    private Loopback() {}

    /**
     * The first such address from 127.0.0.1.
     *
     * @throws IOException if there is none
     */
    public static InetAddress free() throws IOException {
        IOException last = null;
        for (int host = 1; host <= ADDRESSES; host++) {
            InetAddress address = InetAddress.ofLiteral("127.0.0." + host);
            try (DatagramSocket held = new DatagramSocket(new InetSocketAddress(address, ROCE_PORT))) {
                return held.getLocalAddress();
            } catch (SocketException e) {
                last = e;
            }
        }
        throw new IOException("UDP port " + ROCE_PORT + " is taken on every loopback address", last);
    }
}
