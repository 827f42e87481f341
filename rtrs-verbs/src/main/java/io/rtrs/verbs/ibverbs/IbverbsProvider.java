package io.rtrs.verbs.ibverbs;

import io.rtrs.verbs.DisniProvider;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.ibverbs.driver.Devices;
import io.rtrs.verbs.ibverbs.driver.IbvVerbs;
import io.rtrs.verbs.ibverbs.driver.RdmacmCm;
import io.rtrs.verbs.ibverbs.ffm.CallPolicy;
import io.rtrs.verbs.ibverbs.ffm.LibIbverbs;
import io.rtrs.verbs.ibverbs.ffm.Libraries;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.Optional;

/**
 * The RDMA devices of this machine, through libibverbs and librdmacm.
 *
 * <p>Needs Linux, Debian's packages libibverbs1, ibverbs-providers and librdmacm1, a device, and {@code
 * --enable-native-access}. A device can appear while the program runs; nothing is remembered about its absence.
 */
public final class IbverbsProvider implements VerbsProvider {
    private static final int ENODEV = 19;

    private @Nullable Driver driver;

    /** Called by {@link java.util.ServiceLoader}; loads nothing. */
    public IbverbsProvider() {}

    private record Driver(RdmacmCm cm, IbvVerbs verbs) {}

    @Override
    public String name() {
        return "ibverbs";
    }

    @Override
    public Optional<String> unavailable() {
        return Libraries.missing().or(IbverbsProvider::noDevice);
    }

    private static Optional<String> noDevice() {
        int devices = LibIbverbs.deviceCount();
        if (devices > 0) {
            return Optional.empty();
        }
        return Optional.of("libibverbs finds no RDMA device" + (devices < 0 ? " (errno " + -devices + ")" : "")
                + "; software RDMA over Ethernet can be added with: rdma link add rxe0 type rxe netdev IF"
                + " (kernel module rdma_rxe)");
    }

    @Override
    public boolean serves(InetAddress local) {
        if (unavailable().isPresent()) {
            return false;
        }
        return local.isAnyLocalAddress() || driver().cm().serves(local);
    }

    @Override
    public ExtendedCm cm() throws VerbsException {
        return usable().cm();
    }

    @Override
    public ExtendedVerbs verbs() throws VerbsException {
        return usable().verbs();
    }

    private synchronized Driver usable() throws VerbsException {
        if (driver == null) {
            String missing = unavailable().orElse(null);
            if (missing != null) {
                throw new VerbsException(missing, ENODEV);
            }
        }
        CallPolicy.checkProperty();
        return driver();
    }

    private synchronized Driver driver() {
        Driver made = driver;
        if (made == null) {
            DisniProvider.install();
            made = new Driver(new RdmacmCm(new Devices(this)), new IbvVerbs());
            driver = made;
        }
        return made;
    }

    @Override
    public String toString() {
        return name();
    }
}
