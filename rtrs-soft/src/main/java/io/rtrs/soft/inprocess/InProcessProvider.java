package io.rtrs.soft.inprocess;

import io.rtrs.soft.Live;
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
import java.util.Optional;

/**
 * The provider {@code inprocess}: both ends of every connection in this JVM; see the package's description.
 *
 * <p>It owns the loopback addresses, the addresses of this machine's interfaces, and those given to {@link #serve}. All
 * addresses are of one device. It is never chosen automatically, only by name.
 *
 * <p>For tests: {@link #liveObjects()} finds leaks; {@link #faults()} breaks connections.
 */
public final class InProcessProvider implements VerbsProvider {
    private final Live live = new Live();
    private final Fabric fabric = new Fabric();
    private final Faults faults = new Faults(fabric);
    private final Verbs verbs = new Verbs(live);
    private final Cm cm = new Cm(this, fabric, live);

    /** Called by {@link java.util.ServiceLoader}; a second instance is a second, separate fabric with its own device. */
    public InProcessProvider() {
        DisniProvider.install();
    }

    @Override
    public String name() {
        return "inprocess";
    }

    @Override
    public Optional<String> unavailable() {
        return NativeAccess.denied();
    }

    @Override
    public boolean serves(InetAddress local) {
        return fabric.serves(local);
    }

    /** Makes the device own one more address, of any network. */
    public void serve(InetAddress address) {
        fabric.serve(address);
    }

    @Override
    public ExtendedCm cm() throws VerbsException {
        device();
        return cm;
    }

    @Override
    public ExtendedVerbs verbs() throws VerbsException {
        return verbs;
    }

    /** What breaks connections. */
    public Faults faults() {
        return faults;
    }

    /** How many handles exist now. */
    public LiveObjects liveObjects() {
        return live.snapshot();
    }

    private void device() throws VerbsException {
        try {
            fabric.device(this);
        } catch (IOException e) {
            throw new VerbsException("cannot make the device: " + e.getMessage(), Errno.ENODEV);
        }
    }
}
