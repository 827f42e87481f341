package io.rtrs.verbs.softroce.driver;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.softroce.driver.udp.LocalAddress;
import io.rtrs.verbs.softroce.link.Peer;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/**
 * Chooses the local address for a destination.
 *
 * <p>Two processes of one machine cannot share an address, because everything arrives at one UDP port of it. So a
 * destination on this machine that another process has, or none yet, is reached from a loopback address of our own.
 */
final class Routes {
    private final Registry registry;

    Routes(Registry registry) {
        this.registry = registry;
    }

    /** The drive that leads to the destination, whose user the caller becomes; null if no route does. */
    @Nullable
    Drive use(InetAddress destination) throws VerbsException {
        boolean here = LocalAddress.find(destination).isPresent();
        if (here && !registry.has(destination) && destination instanceof Inet4Address) {
            Drive own = registry.useHeard(destination);
            return own != null ? own : registry.useLoopback();
        }
        InetAddress source = here ? destination : sourceFor(destination);
        return source == null ? null : registry.use(source);
    }

    /** Whether the destination is of this machine and no process listens to its port. */
    boolean isNobodyAt(InetAddress destination) {
        return !registry.has(destination)
                && LocalAddress.find(destination)
                        .map(local -> local.obstacle().isEmpty())
                        .orElse(false);
    }

    /** What the machine's routing says; null if there is no route. */
    private static @Nullable InetAddress sourceFor(InetAddress destination) {
        boolean four = destination instanceof Inet4Address;
        try (DatagramChannel probe =
                DatagramChannel.open(four ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
            probe.connect(new InetSocketAddress(destination, Peer.ROCE_PORT));
            return ((InetSocketAddress) probe.getLocalAddress()).getAddress();
        } catch (IOException e) {
            return null;
        }
    }
}
