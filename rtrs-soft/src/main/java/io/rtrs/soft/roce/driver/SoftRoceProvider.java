package io.rtrs.soft.roce.driver;

import io.rtrs.soft.Ambient;
import io.rtrs.soft.Live;
import io.rtrs.soft.roce.endpoint.Endpoint;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.DisniProvider;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.LiveObjects;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import io.rtrs.verbs.memory.NativeAccess;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/**
 * The provider {@code softroce}: RoCEv2 over UDP sockets; see the package's description.
 *
 * <p>All addresses are of one device. One process at a time listens at an address: its UDP port 4791 is bound while an id
 * needs it. Others can connect from there to nodes that are software RoCE of this project.
 */
public final class SoftRoceProvider implements VerbsProvider {
    private final Live live = new Live();
    private final Network network;
    private final Registry registry;
    private final SoftVerbs verbs;
    private final SoftCm cm;

    /** Called by {@link java.util.ServiceLoader}; a second instance is a second, separate device. */
    public SoftRoceProvider() {
        this(new UdpNetwork());
    }

    /** A device on another network than the machine's. */
    public SoftRoceProvider(Network network) {
        this(network, Ambient.real());
    }

    /** A device on another network than the machine's, with other time and chance. */
    @SuppressWarnings("this-escape") // nobody asks the device before it is there
    public SoftRoceProvider(Network network, Ambient ambient) {
        DisniProvider.install();
        this.network = network;
        this.registry = new Registry(this, live, network, ambient);
        this.verbs = new SoftVerbs(registry, live);
        this.cm = new SoftCm(this, registry, live);
    }

    @Override
    public boolean gathersSends() {
        return true; // packets of one socket leave with one system call
    }

    @Override
    public String name() {
        return "softroce";
    }

    @Override
    public Optional<String> unavailable() {
        Optional<String> missing = network.missing();
        return missing.isPresent() ? missing : NativeAccess.denied(); // work requests name memory by its address
    }

    /** Each that this machine has, also if another process has its port: one can connect from there nevertheless. */
    @Override
    public boolean serves(InetAddress local) {
        if (local.isAnyLocalAddress() || registry.has(local)) {
            return true;
        }
        return network.find(local).map(found -> found.pathMtu() != 0).orElse(false);
    }

    @Override
    public ExtendedCm cm() throws VerbsException {
        device();
        return cm;
    }

    @Override
    public ExtendedVerbs verbs() throws VerbsException {
        device();
        return verbs;
    }

    @Override
    public CounterSnapshot counters() {
        return registry.counters();
    }

    @Override
    public Map<String, CounterSnapshot> countersByAddress() {
        return registry.countersByAddress();
    }

    /**
     * Drives an {@linkplain Ambient#invoked invoked} provider once, without waiting: takes what has arrived, sends what is due,
     * and closes addresses that nobody needs. One caller at a time.
     *
     * @return whether the next turn may find more to do at the same time
     */
    public boolean turn() {
        return registry.turn(registry.ambient.nowNs());
    }

    /** When an invoked provider has to be turned next, even if nothing arrives; or {@link Endpoint#NO_DEADLINE}. */
    public long nextDeadlineNs() {
        return registry.nextDeadlineNs(registry.ambient.nowNs());
    }

    /** Whether it has no address in use any more: then it has nothing open, and nothing to do. */
    public boolean isUnused() {
        return registry.isUnused();
    }

    /** Whether a peer that knows the key could write to the memory now, on one connection or another. */
    public boolean allowsRemoteWrite(int rkey, long address, long length) {
        return registry.allowsRemoteWrite(rkey, address, length);
    }

    /** How many handles exist now. */
    public LiveObjects liveObjects() {
        return live.snapshot();
    }

    private void device() throws VerbsException {
        Optional<String> missing = unavailable();
        if (missing.isPresent()) {
            throw new VerbsException("softroce cannot be used: " + missing.get(), Errno.ENODEV);
        }
        SoftConnections.checkProperties();
        try {
            registry.device();
        } catch (IOException e) {
            throw new VerbsException("cannot make the device: " + e.getMessage(), Errno.ENODEV);
        }
    }
}
