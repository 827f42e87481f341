package io.rtrs.verbs.softroce.driver;

import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.DisniProvider;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.LiveObjects;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.memory.NativeAccess;
import io.rtrs.verbs.software.Live;
import io.rtrs.verbs.work.Errno;

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
    @SuppressWarnings("this-escape") // nobody asks the device before it is there
    public SoftRoceProvider(Network network) {
        DisniProvider.install();
        this.network = network;
        this.registry = new Registry(this, live, network);
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

    /** How many handles exist now. */
    public LiveObjects liveObjects() {
        return live.snapshot();
    }

    private void device() throws VerbsException {
        Optional<String> missing = unavailable();
        if (missing.isPresent()) {
            throw new VerbsException("softroce cannot be used: " + missing.get(), Errno.ENODEV);
        }
        try {
            registry.device();
        } catch (IOException e) {
            throw new VerbsException("cannot make the device: " + e.getMessage(), Errno.ENODEV);
        }
    }
}
