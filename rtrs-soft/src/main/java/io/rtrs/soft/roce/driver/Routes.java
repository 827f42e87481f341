package io.rtrs.soft.roce.driver;

import io.rtrs.soft.network.LinkLocal;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/** Chooses the local address for a destination: the one that the machine's routing says, unless the caller names one. */
final class Routes {
    private final Registry registry;

    Routes(Registry registry) {
        this.registry = registry;
    }

    /**
     * The site that leads to the destination, whose user the caller becomes.
     *
     * @param source where to leave from; null: wherever
     * @return null if there is no route
     */
    @Nullable
    Site use(@Nullable InetAddress source, InetAddress destination) throws VerbsException {
        String hopeless = LinkLocal.obstacle(destination)
                .or(() -> registry.network.obstacle(source, destination))
                .orElse(null);
        if (hopeless != null) {
            throw new VerbsException(hopeless, Errno.EINVAL);
        }
        return source == null ? routed(destination) : registry.useToConnect(source, isHere(source, destination));
    }

    private @Nullable Site routed(InetAddress destination) throws VerbsException {
        if (registry.has(destination)) {
            return registry.use(destination);
        }
        InetAddress from = registry.network.sourceFor(destination);
        if (from == null) {
            return null;
        }
        boolean here = destination.isLoopbackAddress() || from.equals(destination);
        Site heard = here ? registry.useHeard(destination) : null;
        return heard != null ? heard : registry.useToConnect(from, here);
    }

    /** Whether the destination is of this machine, as far as it matters: where the source has its port, it does not. */
    private boolean isHere(InetAddress source, InetAddress destination) {
        return destination.isLoopbackAddress()
                || (!registry.has(source) && registry.network.find(destination).isPresent());
    }
}
