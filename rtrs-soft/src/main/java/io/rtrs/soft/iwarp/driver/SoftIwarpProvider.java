package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.Live;
import io.rtrs.soft.iwarp.driver.tcp.Tcp;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.DisniProvider;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.LiveObjects;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import io.rtrs.verbs.memory.NativeAccess;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/**
 * The provider {@code softiwarp}: iWARP over TCP sockets; see the package's description.
 *
 * <p>All addresses are of one device. The RDMA port is the TCP port, and any number of processes share an address.
 */
public final class SoftIwarpProvider implements VerbsProvider {
    private final Live live = new Live();
    private @Nullable Parts parts;

    private record Parts(Registry registry, IwarpCm cm, IwarpVerbs verbs) {}

    /** Called by {@link java.util.ServiceLoader}; a second instance is a second, separate device. */
    public SoftIwarpProvider() {
        DisniProvider.install();
    }

    /** A device on these sockets. */
    SoftIwarpProvider(IwarpSettings settings, Tcp tcp) {
        this();
        parts = made(settings, tcp);
    }

    @SuppressWarnings("this-escape") // nobody asks the device before it is there
    private Parts made(IwarpSettings settings, Tcp tcp) {
        Registry registry = new Registry(this, live, settings, tcp);
        return new Parts(registry, new IwarpCm(this, registry, live), new IwarpVerbs(registry, live));
    }

    private synchronized Parts parts() throws VerbsException {
        Parts now = parts;
        if (now == null) {
            IwarpSettings settings = IwarpSettings.now();
            now = made(settings, settings.tcp());
            parts = now;
        }
        return now;
    }

    @Override
    public String name() {
        return "softiwarp";
    }

    @Override
    public Optional<String> unavailable() {
        return NativeAccess.denied(); // work requests name memory by its address
    }

    @Override
    public boolean serves(InetAddress local) {
        try {
            return parts().registry.addresses.owns(local);
        } catch (VerbsException e) {
            return true; // which property is wrong is said by whoever uses it
        }
    }

    @Override
    public ExtendedCm cm() throws VerbsException {
        return device().cm;
    }

    @Override
    public ExtendedVerbs verbs() throws VerbsException {
        return device().verbs;
    }

    @Override
    public CounterSnapshot counters() {
        Parts now = known();
        return now == null ? CounterSnapshot.EMPTY : now.registry.counters();
    }

    @Override
    public Map<String, CounterSnapshot> countersByAddress() {
        Parts now = known();
        return now == null ? Map.of() : now.registry.countersByAddress();
    }

    private synchronized @Nullable Parts known() {
        return parts;
    }

    /** How many handles exist now. */
    public LiveObjects liveObjects() {
        return live.snapshot();
    }

    private Parts device() throws VerbsException {
        String missing = unavailable().orElse(null);
        if (missing != null) {
            throw new VerbsException("softiwarp cannot be used: " + missing, Errno.ENODEV);
        }
        IwarpSettings.now(); // a property that is wrong is said each time
        Parts now = parts();
        try {
            now.registry.device();
        } catch (IOException e) {
            throw new VerbsException("cannot make the device: " + e.getMessage(), Errno.ENODEV);
        }
        return now;
    }
}
