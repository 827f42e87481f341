package io.rtrs.cli.doctor;

import io.rtrs.cli.text.Addresses;
import io.rtrs.soft.roce.driver.udp.LinkFacts;
import io.rtrs.soft.roce.driver.udp.LinkOptions;
import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.soft.roce.driver.udp.UdpDriver;
import io.rtrs.soft.roce.driver.udp.UdpLink;
import io.rtrs.soft.roce.endpoint.Shards;
import io.rtrs.verbs.VerbsException;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether this machine's network carries software RoCE. */
final class NetworkChecks {
    /** The largest of a network; loopback has more. */
    private static final int ENOUGH = 4096;

    private static final int NETDEV_MTU = 4200;

    private NetworkChecks() {}

    static List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        List<LocalAddress> addresses = LocalAddress.all();
        addresses.forEach(address -> findings.add(pathMtu(address)));
        addresses.forEach(address -> findings.add(port(address, address.obstacle())));
        findings.addAll(link());
        return findings;
    }

    static Finding pathMtu(LocalAddress address) {
        String subject = "path MTU " + name(address);
        String text = address.pathMtu() + " on " + address.netdev() + " (MTU " + address.netdevMtu() + ")";
        String remedy = "ip link set dev " + address.netdev() + " mtu " + NETDEV_MTU + ", and so on the peer's side";
        if (address.pathMtu() >= ENOUGH) {
            return Finding.ok(subject, text);
        }
        return address.pathMtu() == 0
                ? Finding.lack(subject, text, remedy)
                : Finding.note(subject, text + ": fewer bytes a packet, so slower", remedy);
    }

    static Finding port(LocalAddress address, Optional<String> obstacle) {
        String subject = "UDP 4791 " + name(address);
        if (obstacle.isPresent() && address.address() instanceof Inet4Address four && four.isLoopbackAddress()) {
            return Finding.ok(subject, obstacle.get() + "; a client here takes 127.0.0.2 or a later one");
        }
        return obstacle.map(
                        why -> Finding.note(subject, why, "end that program, or use another address of this machine"))
                .orElseGet(() -> Finding.ok(subject, "free"));
    }

    /** The first loopback address that a program can have now, as a client without a source address takes one. */
    static Optional<InetAddress> freeLoopback() {
        for (int host = 1; host < 255; host++) {
            InetAddress candidate = Inet4Address.ofLiteral("127.0.0." + host);
            boolean free = LocalAddress.find(candidate)
                    .map(found -> found.obstacle().isEmpty())
                    .orElse(false);
            if (free) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static String name(LocalAddress address) {
        return Addresses.text(address.address());
    }

    /** Opens a socket as a session would. */
    private static List<Finding> link() {
        try {
            UdpLink link = UdpDriver.choose().openFreeLoopback(LinkOptions.DEFAULT);
            LinkFacts facts = link.facts();
            boolean several = opensAnother(link);
            link.close();
            int processors = Runtime.getRuntime().availableProcessors();
            return List.of(segmentation(facts), receiveBuffer(facts), sockets(several, processors));
        } catch (VerbsException e) {
            return List.of(Finding.lack(
                    "UDP sockets",
                    String.valueOf(e.getMessage()),
                    "free port 4791 on one of this machine's addresses"));
        }
    }

    private static boolean opensAnother(UdpLink link) {
        try {
            Optional<UdpLink> second = link.openBeside(1);
            second.ifPresent(UdpLink::close);
            return second.isPresent();
        } catch (VerbsException e) {
            return false;
        }
    }

    /**
     * Sockets of an address that a session of defaults uses: those of its connections for IO, one for each processor, and of
     * the service connection.
     *
     * @param several whether an address can have several
     */
    static Finding sockets(boolean several, int processors) {
        String subject = "sockets of an address";
        if (several) {
            int used = Math.min(Shards.MAX, processors + 1);
            return Finding.ok(
                    subject,
                    used + " for a session with one IO connection for each processor, " + Shards.MAX + " at most");
        }
        return Finding.note(
                subject,
                "one: all connections wait for the same",
                "the driver " + UdpDriver.LINUX + " on Linux has several (SO_REUSEPORT); works without, but slower with"
                        + " more than one connection");
    }

    static Finding segmentation(LinkFacts facts) {
        String subject = "GSO and GRO";
        if (facts.driver() != UdpDriver.LINUX) {
            return Finding.note(
                    subject,
                    "not used: " + UdpDriver.LINUX.missing().orElse("the driver is " + facts.driver()),
                    "works without, one datagram a call, so slower");
        }
        if (facts.segmentation() && facts.coalescing()) {
            return Finding.ok(
                    subject,
                    "UDP_SEGMENT and UDP_GRO work on lo; an interface that does not write checksums (ethtool -k IF:"
                            + " tx-checksumming off) takes no segmented sends, and then packets leave one by one");
        }
        return Finding.note(
                subject,
                "the kernel lacks " + (facts.segmentation() ? "UDP_GRO" : "UDP_SEGMENT"),
                "Linux 5.0 or later has both; works without, but slower");
    }

    static Finding receiveBuffer(LinkFacts facts) {
        String text = facts.receiveBytes() + " of " + facts.receiveBytesAsked() + " bytes";
        if (facts.receiveBytes() >= facts.receiveBytesAsked()) {
            return Finding.ok("receive buffer", text);
        }
        return Finding.note(
                "receive buffer",
                facts.receiveShortfall().orElse(text),
                "sysctl -w net.core.rmem_max=" + facts.receiveBytesAsked());
    }
}
