package io.rtrs.soft.network;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Which interface has an address, and which address leads to another.
 *
 * <p><b>Threading</b>: any. <b>Errors</b>: what cannot be looked at is as if it were not there.
 */
public final class Interfaces {
    private Interfaces() {}

    /**
     * The interface that has an address; empty if none has, and for a link-local one that does not say which of several.
     * Every 127.x.y.z is the loopback device's.
     */
    public static Optional<NetworkInterface> having(InetAddress address) {
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(find(address));
        } catch (SocketException e) {
            return Optional.empty();
        }
    }

    private static @Nullable NetworkInterface find(InetAddress address) throws SocketException {
        if (address instanceof Inet4Address && address.isLoopbackAddress()) {
            return loopback();
        }
        if (address instanceof Inet6Address six && six.isLinkLocalAddress()) {
            List<NetworkInterface> having = LinkLocal.having(six);
            return having.size() == 1 ? having.getFirst() : null;
        }
        return NetworkInterface.getByInetAddress(address);
    }

    private static @Nullable NetworkInterface loopback() throws SocketException {
        for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (device.isLoopback()) {
                return device;
            }
        }
        return null;
    }

    /** The local address that the machine's routing leaves from towards a destination; null if there is no way. */
    public static @Nullable InetAddress sourceFor(InetSocketAddress destination) {
        boolean four = destination.getAddress() instanceof Inet4Address;
        // Connecting a datagram socket sends nothing.
        try (DatagramChannel probe =
                DatagramChannel.open(four ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
            probe.connect(destination);
            return ((InetSocketAddress) probe.getLocalAddress()).getAddress();
        } catch (IOException e) {
            return null;
        }
    }
}
