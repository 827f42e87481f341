package io.rtrs.cli.doctor;

import io.rtrs.cli.text.Addresses;
import io.rtrs.cli.text.Routing;
import io.rtrs.core.error.Errno;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.soft.network.Destinations;
import io.rtrs.soft.network.LinkLocal;
import io.rtrs.soft.roce.driver.udp.LocalAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** The steps of a way that need no connection yet. */
final class WayChecks {
    private static final int ROCE_PORT = 4791;

    /** The subject of {@link #udp}. */
    static final String UDP = "UDP " + ROCE_PORT;

    private static final int PROBES = 2;
    private static final int ANSWER_MS = 400;
    private static final int ENOUGH = 4096;

    private WayChecks() {}

    /**
     * What a step found.
     *
     * @param result null if the way ends here
     */
    record Step<T>(Finding finding, @Nullable T result) {}

    /**
     * Where packets leave.
     *
     * @param address the source address
     * @param local what this machine says about it; null if it is not this machine's
     */
    record Leaving(InetAddress address, @Nullable LocalAddress local) {}

    static Step<InetSocketAddress> address(RdmaAddress.Ip destination, int port) {
        String family = destination.address() instanceof Inet6Address ? "IPv6" : "IPv4";
        boolean linkLocal = destination.address() instanceof Inet6Address six && six.isLinkLocalAddress();
        try {
            InetSocketAddress found = destination.socketAddress(port);
            String obstacle = LinkLocal.obstacle(found.getAddress()).orElse(null);
            if (obstacle != null) {
                String remedy = linkLocal && destination.scope() == null
                        ? "add the interface that leads there; ip -6 -brief address lists those that are up"
                        : "RTRS_JAVA_OPTS holds ./rtrs' options for Java";
                return new Step<>(Finding.lack("address", obstacle, remedy), null);
            }
            String kind = linkLocal ? ", link-local at " + destination.scope() : "";
            return new Step<>(Finding.ok("address", destination + ", " + family + kind), found);
        } catch (UnknownHostException e) {
            return new Step<>(
                    Finding.lack("address", String.valueOf(e.getMessage()), "ip -brief link lists the interfaces"),
                    null);
        }
    }

    /** The source and its interface, as routing chooses or the path says; nothing is sent. */
    static Step<Leaving> route(InetAddress to, @Nullable RdmaAddress source) {
        String name = Addresses.text(to);
        try (DatagramSocket probe = new DatagramSocket(null)) {
            probe.connect(new InetSocketAddress(to, ROCE_PORT));
            InetAddress chosen = probe.getLocalAddress();
            InetAddress from = source instanceof RdmaAddress.Ip given ? given.address() : chosen;
            LocalAddress local = LocalAddress.find(from).orElse(null);
            if (local == null) {
                return new Step<>(
                        Finding.lack(
                                "route",
                                "the path's source " + Addresses.text(from) + " is no address of this machine",
                                "ip -brief address lists them; without a source, " + Addresses.text(chosen)
                                        + " would be taken"),
                        null);
            }
            String obstacle = Destinations.obstacle(from, to).orElse(null);
            if (obstacle != null) {
                String remedy = from.equals(chosen)
                        ? "ip -brief address lists this machine's addresses with their networks"
                        : "without a source, " + Addresses.text(chosen) + " would be taken";
                return new Step<>(Finding.lack("route", obstacle, remedy), null);
            }
            boolean here = LocalAddress.find(to).isPresent();
            return new Step<>(
                    Finding.ok(
                            "route",
                            "from " + Addresses.text(from) + " through " + local.netdev()
                                    + (here ? "; " + name + " is an address of this machine" : "")),
                    new Leaving(from, local));
        } catch (IOException e) {
            return new Step<>(
                    Finding.lack(
                            "route",
                            "this machine has no way to " + name + ": " + Routing.cause(e),
                            Routing.remedy(e, to)),
                    null);
        } catch (RuntimeException e) {
            return new Step<>(
                    Finding.lack(
                            "route",
                            "this machine has no way to " + name + ": " + e.getMessage(),
                            "ip route get " + name + " tells what routing makes of it"),
                    null);
        }
    }

    static Finding pathMtu(Leaving leaving, InetAddress to) {
        LocalAddress local = leaving.local();
        if (local == null) {
            return Finding.ok("MTU", "unknown");
        }
        String text = "path MTU " + local.pathMtu() + " at most: " + local.netdev() + " has MTU " + local.netdevMtu();
        String remedy = "ip link set dev " + local.netdev() + " mtu 4200, and so on the server's side and between";
        if (!local.up()) {
            return Finding.lack("MTU", local.netdev() + " is down", "ip link set dev " + local.netdev() + " up");
        }
        if (local.pathMtu() == 0) {
            return Finding.lack("MTU", text, remedy);
        }
        return local.pathMtu() >= ENOUGH || to.isLoopbackAddress()
                ? Finding.ok("MTU", text)
                : Finding.note("MTU", text + ", so more packets for the same bytes", remedy);
    }

    /** Sends a datagram of one byte, which RoCE ignores, and waits a moment for what the network says. */
    static Finding udp(InetAddress to) {
        try (DatagramChannel probe = DatagramChannel.open();
                Selector selector = probe.provider().openSelector()) {
            probe.connect(new InetSocketAddress(to, ROCE_PORT));
            probe.configureBlocking(false);
            SelectionKey key = probe.register(selector, SelectionKey.OP_READ);
            for (int i = 0; i < PROBES; i++) {
                probe.write(ByteBuffer.wrap(new byte[] {0}));
                selector.select(ANSWER_MS);
                selector.selectedKeys().clear();
                if (key.isValid() && probe.read(ByteBuffer.allocate(1)) > 0) {
                    return Finding.note(UDP, "something answers that is not RoCE", "look what has that port there");
                }
            }
            return Finding.ok(UDP, "no error came back");
        } catch (PortUnreachableException e) {
            return Finding.note(
                    UDP,
                    "the host is there, and no program has the port, or a firewall says so",
                    "start the server (rtrs serve --listen " + Addresses.there(to)
                            + "), or let UDP " + ROCE_PORT
                            + " pass in its firewall; a server with an RDMA adapter needs no such program");
        } catch (IOException e) {
            return Finding.lack(
                    UDP,
                    "a datagram to " + Addresses.text(to) + " was refused: " + e.getMessage(),
                    "let UDP port " + ROCE_PORT + " pass in this machine's firewall (nft list ruleset, iptables -S) and"
                            + " routing (ip route get " + Addresses.text(to) + "), and on the way");
        }
    }

    /** What helps when a connection failed. */
    static String remedy(int errno, int port) {
        return switch (errno) {
            case Errno.ECONNREFUSED -> "start a server there, or name its port (--port; it was asked for " + port + ")";
            case Errno.ETIMEDOUT ->
                "look whether the server runs and hears this address, whether a firewall between drops UDP " + ROCE_PORT
                        + " in either direction, and whether an interface between has a smaller MTU than those at the ends";
            case Errno.EHOSTUNREACH, Errno.ENETUNREACH -> "look whether its host is up, and at the routes in between";
            case Errno.EPERM, Errno.EACCES ->
                "let UDP port " + ROCE_PORT + " pass in this machine's firewall and routing";
            case Errno.EMSGSIZE -> "give the interfaces at both ends the same MTU";
            case Errno.EBUSY, Errno.EAGAIN -> "try again later: the server has too much to do";
            case Errno.EADDRINUSE -> "end the program that has the port, or use another address of this machine";
            default -> "see the server's log, which says why it refused";
        };
    }
}
