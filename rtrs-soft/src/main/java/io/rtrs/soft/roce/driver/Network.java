package io.rtrs.soft.roce.driver;

import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The network that a provider is on: the local addresses, the ways to others, and the outlets that packets leave and arrive by.
 * {@link UdpNetwork} is the machine's; a test or a simulator may have one of its own.
 *
 * <p><b>Threading:</b> any.
 */
public interface Network {
    /** The machine's own, by UDP sockets; for one that wraps it. */
    static Network ofMachine() {
        return new UdpNetwork();
    }

    /** Why there is none here, and what helps; empty if there is one. */
    Optional<String> missing();

    /** The local addresses now. */
    List<LocalAddress> addresses();

    /** A local address; empty if it is none. */
    Optional<LocalAddress> find(InetAddress address);

    /**
     * Why nothing gets to a destination that routing knows a way to, and the remedy; empty if nothing speaks against it.
     *
     * @param source where to leave from; null: wherever
     */
    default Optional<String> obstacle(@Nullable InetAddress source, InetAddress destination) {
        return Optional.empty();
    }

    /** The local address that leads to a destination; null if none does. */
    @Nullable
    InetAddress sourceFor(InetAddress destination);

    /**
     * Opens port 4791 of a local address.
     *
     * @throws VerbsException EADDRNOTAVAIL if it is none, EADDRINUSE if the port is taken
     */
    Outlet open(InetAddress address) throws VerbsException;

    /** As {@link #open}, at a port that nobody has; for who connects to nodes that answer to any. */
    Outlet openAnyPort(InetAddress address) throws VerbsException;
}
