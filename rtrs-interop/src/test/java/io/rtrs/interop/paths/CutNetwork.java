package io.rtrs.interop.paths;

import io.rtrs.soft.roce.driver.Network;
import io.rtrs.soft.roce.driver.Outlet;
import io.rtrs.soft.roce.driver.udp.LinkCounters;
import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** The machine's network, where a local address can be cut off: packets from there and to there are lost in silence. */
final class CutNetwork implements Network {
    private final Network machine;
    private final Map<InetAddress, AtomicBoolean> cuts = new ConcurrentHashMap<>();

    CutNetwork(Network machine) {
        this.machine = machine;
    }

    /** Whether packets of a local address are lost. */
    void cut(InetAddress address, boolean lost) {
        cutOf(address).set(lost);
    }

    private AtomicBoolean cutOf(InetAddress address) {
        return cuts.computeIfAbsent(address, a -> new AtomicBoolean());
    }

    @Override
    public Optional<String> missing() {
        return machine.missing();
    }

    @Override
    public List<LocalAddress> addresses() {
        return machine.addresses();
    }

    @Override
    public Optional<LocalAddress> find(InetAddress address) {
        return machine.find(address);
    }

    @Override
    public @Nullable InetAddress sourceFor(InetAddress destination) {
        return machine.sourceFor(destination);
    }

    @Override
    public Outlet open(InetAddress address) throws VerbsException {
        return new CutOutlet(machine.open(address), cutOf(address));
    }

    @Override
    public Outlet openAnyPort(InetAddress address) throws VerbsException {
        return new CutOutlet(machine.openAnyPort(address), cutOf(address));
    }

    private static final class CutOutlet implements Outlet {
        private final Outlet real;
        private final AtomicBoolean cut;
        private final CutLink link;

        CutOutlet(Outlet real, AtomicBoolean cut) {
            this.real = real;
            this.cut = cut;
            this.link = new CutLink(real.link(), cut);
        }

        @Override
        public CutLink link() {
            return link;
        }

        @Override
        public LocalAddress address() {
            return real.address();
        }

        @Override
        public int receiveBytes() {
            return real.receiveBytes();
        }

        @Override
        public Optional<LinkCounters> counters(boolean look) {
            return real.counters(look);
        }

        @Override
        public Optional<Outlet> another(int index) throws VerbsException {
            return real.another(index).map(beside -> new CutOutlet(beside, cut));
        }

        @Override
        public void await(long timeoutNs) throws VerbsException {
            real.await(timeoutNs);
        }

        @Override
        public void wakeup() {
            real.wakeup();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
