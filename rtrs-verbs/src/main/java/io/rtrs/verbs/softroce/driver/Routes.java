package io.rtrs.verbs.softroce.driver;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.softroce.driver.udp.LinkLocal;
import io.rtrs.verbs.softroce.driver.udp.LocalAddress;
import io.rtrs.verbs.softroce.wire.RoceAddress;
import io.rtrs.verbs.work.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/** Chooses the local address for a destination: the one that the machine's routing says, unless the caller names one. */
final class Routes {
    private final Registry registry;

    Routes(Registry registry) {
        this.registry = registry;
    }

    /**
     * The drive that leads to the destination, whose user the caller becomes.
     *
     * @param source where to leave from; null: wherever
     * @return null if there is no route
     */
    @Nullable
    Drive use(@Nullable InetAddress source, InetAddress destination) throws VerbsException {
        String hopeless = LinkLocal.obstacle(destination).orElse(null);
        if (hopeless != null) {
            throw new VerbsException(hopeless, Errno.EINVAL);
        }
        return source == null ? routed(destination) : registry.useToConnect(source, isHere(source, destination));
    }

    private @Nullable Drive routed(InetAddress destination) throws VerbsException {
        if (registry.has(destination)) {
            return registry.use(destination);
        }
        InetAddress from = sourceFor(destination);
        if (from == null) {
            return null;
        }
        boolean here = destination.isLoopbackAddress() || from.equals(destination);
        Drive heard = here ? registry.useHeard(destination) : null;
        return heard != null ? heard : registry.useToConnect(from, here);
    }

    /** Whether the destination is of this machine, as far as it matters: where the source has its port, it does not. */
    private boolean isHere(InetAddress source, InetAddress destination) {
        return destination.isLoopbackAddress()
                || (!registry.has(source) && LocalAddress.find(destination).isPresent());
    }

    /** What the machine's routing says; null if there is no route. */
    private static @Nullable InetAddress sourceFor(InetAddress destination) {
        boolean four = destination instanceof Inet4Address;
        try (DatagramChannel probe =
                DatagramChannel.open(four ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
            probe.connect(new InetSocketAddress(destination, RoceAddress.ROCE_PORT));
            return ((InetSocketAddress) probe.getLocalAddress()).getAddress();
        } catch (IOException e) {
            return null;
        }
    }
}
