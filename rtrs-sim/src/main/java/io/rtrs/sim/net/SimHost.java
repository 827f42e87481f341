package io.rtrs.sim.net;

import io.rtrs.sim.world.Actor;
import io.rtrs.soft.roce.driver.Network;
import io.rtrs.soft.roce.driver.Outlet;
import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one process sees of a {@link SimNetwork}: its own addresses.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class SimHost implements Network {
    private static final int HEADERS = 96;

    private final SimNetwork network;
    private final List<LocalAddress> addresses = new ArrayList<>();
    private final List<SimLink> links = new ArrayList<>();
    private boolean dead;

    /** A process with these addresses. */
    public SimHost(SimNetwork network, List<InetAddress> addresses, int pathMtu) {
        this.network = network;
        for (InetAddress address : addresses) {
            this.addresses.add(
                    new LocalAddress(address, "sim" + network.indexOf(address), pathMtu + HEADERS, pathMtu, true));
        }
    }

    /** The process is gone: others may have its addresses, and nothing that it sends arrives. */
    public void kill() {
        dead = true;
        List.copyOf(links).forEach(SimLink::kill);
    }

    /** When the next packet comes here, or {@link Actor#NO_DEADLINE}. */
    public long nextArrivalNs() {
        long next = Actor.NO_DEADLINE;
        for (int i = 0; i < links.size(); i++) {
            next = Math.min(next, links.get(i).nextArrivalNs());
        }
        return next;
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public List<LocalAddress> addresses() {
        return addresses;
    }

    @Override
    public Optional<LocalAddress> find(InetAddress address) {
        return addresses.stream()
                .filter(local -> local.address().equals(address))
                .findFirst();
    }

    /** The address on the same network. */
    @Override
    public @Nullable InetAddress sourceFor(InetAddress destination) {
        for (LocalAddress local : addresses) {
            if (local.address().getAddress()[2] == destination.getAddress()[2]) {
                return local.address();
            }
        }
        return null;
    }

    @Override
    public Outlet open(InetAddress address) throws VerbsException {
        LocalAddress local = find(address)
                .orElseThrow(() -> new VerbsException(address + " is no address of this host", Errno.EADDRNOTAVAIL));
        if (!dead && network.isTaken(local.gid())) {
            throw new VerbsException(address + " is taken", Errno.EADDRINUSE);
        }
        SimLink link =
                dead ? network.orphan(local.gid(), local.pathMtu()) : network.attach(local.gid(), local.pathMtu());
        links.add(link);
        return new SimOutlet(local, link);
    }

    @Override
    public Outlet openAnyPort(InetAddress address) throws VerbsException {
        throw new VerbsException(address + " has one port here", Errno.EADDRINUSE);
    }

    private final class SimOutlet implements Outlet {
        private final LocalAddress local;
        private final SimLink link;

        SimOutlet(LocalAddress local, SimLink link) {
            this.local = local;
            this.link = link;
        }

        @Override
        public Link link() {
            return link;
        }

        @Override
        public LocalAddress address() {
            return local;
        }

        @Override
        public int receiveBytes() {
            return 0;
        }

        @Override
        public Optional<Outlet> another(int index) {
            return Optional.empty();
        }

        @Override
        public void await(long timeoutNs) {
            throw new IllegalStateException("nobody waits in a world of one thread");
        }

        @Override
        public void wakeup() {
            // Nobody sleeps.
        }

        @Override
        public void close() {
            links.remove(link);
            link.close();
        }
    }
}
