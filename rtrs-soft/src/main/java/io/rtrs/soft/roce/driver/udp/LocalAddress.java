package io.rtrs.soft.roce.driver.udp;

import io.rtrs.soft.network.Interfaces;
import io.rtrs.soft.network.LinkLocal;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.VerbsException;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * An address of this machine, and what its netdev carries. A photograph, taken when asked. <b>Threading</b>: any.
 *
 * @param netdev the network device that has it
 * @param netdevMtu the device's MTU in bytes
 * @param pathMtu the largest path MTU that fits, 0 if not even 256 does (spec/rocev2.md 14.3); the loopback device takes
 *     {@link RoceOpcode#MAX_LOOPBACK_PAYLOAD}
 * @param up whether the device is up
 */
public record LocalAddress(InetAddress address, String netdev, int netdevMtu, int pathMtu, boolean up) {
    private static final int MTU_OVERHEAD = 96; // spec/rocev2.md 14.3, the connection manager's rule
    private static final int SMALLEST_PATH_MTU = 256;

    /** All addresses of all devices that are up; 127.0.0.1 stands for its whole network. */
    public static List<LocalAddress> all() {
        List<LocalAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface device : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(device.getInetAddresses())) {
                    if (device.isUp()) {
                        found.add(of(device, address));
                    }
                }
            }
        } catch (SocketException e) {
            return List.copyOf(found); // devices that go while one looks
        }
        return List.copyOf(found);
    }

    /** The address as this machine has it; empty if it does not. Every 127.x.y.z is the loopback device's. */
    public static Optional<LocalAddress> find(InetAddress address) {
        NetworkInterface device = Interfaces.having(address).orElse(null);
        if (device == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(device, address));
        } catch (SocketException e) {
            return Optional.empty();
        }
    }

    private static LocalAddress of(NetworkInterface device, InetAddress address) throws SocketException {
        int mtu = device.getMTU();
        InetAddress scoped = address instanceof Inet6Address six ? scoped(six, device.getIndex()) : address;
        int most = address.isLoopbackAddress() ? RoceOpcode.MAX_LOOPBACK_PAYLOAD : RoceOpcode.MAX_PAYLOAD;
        return new LocalAddress(scoped, device.getName(), mtu, pathMtu(mtu, most), device.isUp());
    }

    /** {@link #find}, or the reason why the address cannot carry RoCE packets. */
    static LocalAddress of(InetAddress address) throws VerbsException {
        String hopeless = LinkLocal.obstacle(address).orElse(null);
        if (hopeless != null) {
            throw new VerbsException(hopeless, Sockets.EINVAL);
        }
        LocalAddress local = find(address)
                .orElseThrow(() -> new VerbsException(
                        address.getHostAddress() + " is no address of this machine", Sockets.EADDRNOTAVAIL));
        if (local.pathMtu() == 0) {
            throw new VerbsException(
                    "the MTU of " + local.netdev() + ", " + local.netdevMtu() + ", is too small for the smallest path"
                            + " MTU: " + (SMALLEST_PATH_MTU + MTU_OVERHEAD) + " are needed",
                    Sockets.EMSGSIZE);
        }
        return local;
    }

    /** 127.0.0.{@code host}. */
    static InetAddress loopback(int host) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) host});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    /** The largest path MTU that a netdev's MTU carries to a network, 0 if none (spec/rocev2.md 14.3). */
    public static int pathMtu(int netdevMtu) {
        return pathMtu(netdevMtu, RoceOpcode.MAX_PAYLOAD);
    }

    private static int pathMtu(int netdevMtu, int most) {
        int pathMtu = most;
        while (pathMtu >= SMALLEST_PATH_MTU && pathMtu > netdevMtu - MTU_OVERHEAD) {
            pathMtu >>= 1;
        }
        return pathMtu < SMALLEST_PATH_MTU ? 0 : pathMtu;
    }

    /** The address as RoCE names it. */
    public Gid gid() {
        return Gid.of(address);
    }

    /** The number of the device, which link-local IPv6 addresses need beside them; else 0. */
    int scope() {
        return address instanceof Inet6Address six ? six.getScopeId() : 0;
    }

    /** Another address as seen from here: link-local ones are on our device. */
    public InetAddress scoped(InetAddress other) {
        return other instanceof Inet6Address six ? scoped(six, scope()) : other;
    }

    private static InetAddress scoped(Inet6Address address, int device) {
        if (!address.isLinkLocalAddress() || address.getScopeId() != 0) {
            return address;
        }
        try {
            return Inet6Address.getByAddress(null, address.getAddress(), device);
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }

    /**
     * Whether a link could be opened here now.
     *
     * @return why not, with the likely holder of the port; empty if it could. An own link that is open is a reason, too.
     */
    public Optional<String> obstacle() {
        if (pathMtu == 0) {
            return Optional.of("the MTU of " + netdev + ", " + netdevMtu + ", is too small");
        }
        try (DatagramChannel probe =
                DatagramChannel.open(gid().isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
            probe.bind(new InetSocketAddress(address, RoceAddress.ROCE_PORT));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(PortInUse.explain(address, RoceAddress.ROCE_PORT, PortInUse.errnoOf(e)));
        }
    }
}
