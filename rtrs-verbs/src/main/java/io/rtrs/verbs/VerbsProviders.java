package io.rtrs.verbs;

import io.rtrs.verbs.libc.Errno;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Finds providers by {@link ServiceLoader}, in the order of preference {@code ibverbs}, {@code softroce}: a device of the
 * machine goes before software.
 */
public final class VerbsProviders {
    /** System property with the name of the provider that {@link #automatic} returns; if not set, it chooses. */
    public static final String PROPERTY = "io.rtrs.verbs.provider";

    /** Preference of the automatic choice; other providers are used only by name. */
    private static final List<String> AUTOMATIC = List.of("ibverbs", "softroce");

    private static final List<VerbsProvider> LOADED = load();

    private VerbsProviders() {}

    /** All providers on the class or module path, usable or not. */
    public static List<VerbsProvider> all() {
        return LOADED;
    }

    /**
     * The provider of that name.
     *
     * @throws VerbsException if there is none, or it cannot be used here; the message says what is missing
     */
    public static VerbsProvider named(String name) throws VerbsException {
        for (VerbsProvider provider : LOADED) {
            if (provider.name().equals(name)) {
                String missing = provider.unavailable().orElse(null);
                if (missing != null) {
                    throw new VerbsException("provider " + name + " cannot be used: " + missing, 19 /* ENODEV */);
                }
                return provider;
            }
        }
        throw new VerbsException(
                "no provider named " + name + "; there are "
                        + LOADED.stream().map(VerbsProvider::name).toList() + whereSoftwareIs(LOADED),
                19);
    }

    /**
     * The provider that {@link #PROPERTY} names, else the preferred one that has a device with the address.
     *
     * @param local an address of this machine, or the wildcard
     * @throws VerbsException if no provider has; the message says for each why not
     */
    public static VerbsProvider automatic(InetAddress local) throws VerbsException {
        String chosen = System.getProperty(PROPERTY, "");
        return chosen.isEmpty() ? preferred(LOADED, local) : named(chosen);
    }

    /** The choice of {@link #automatic} among these, whatever their order. */
    static VerbsProvider preferred(List<VerbsProvider> among, InetAddress local) throws VerbsException {
        List<String> reasons = new ArrayList<>();
        for (String name : AUTOMATIC) {
            for (VerbsProvider provider : among) {
                if (!provider.name().equals(name)) {
                    continue;
                }
                String missing = provider.unavailable().orElse(null);
                if (missing == null && provider.serves(local)) {
                    return provider;
                }
                reasons.add(name + ": " + (missing != null ? missing : "no device has " + local.getHostAddress()));
            }
        }
        if (isForeign(local)) {
            throw new VerbsException(
                    local.getHostAddress() + " is no address of this machine: ip -brief address lists those that are,"
                            + " ip address add gives it one more",
                    Errno.EADDRNOTAVAIL);
        }
        throw new VerbsException(
                "no RDMA provider for " + local.getHostAddress() + " " + reasons + whereSoftwareIs(among), 19);
    }

    /** Where to find the providers in software, if they are not there. */
    private static String whereSoftwareIs(List<VerbsProvider> among) {
        return among.stream().anyMatch(provider -> provider.name().equals("softroce"))
                ? ""
                : "; providers that need no device are in rtrs-soft, which is not on the class or module path";
    }

    /** Whether no interface has it; all of 127.0.0.0/8 is here. */
    private static boolean isForeign(InetAddress address) {
        try {
            return !address.isAnyLocalAddress()
                    && !address.isLoopbackAddress()
                    && NetworkInterface.getByInetAddress(address) == null;
        } catch (SocketException e) {
            return false; // it cannot be told
        }
    }

    private static List<VerbsProvider> load() {
        List<VerbsProvider> found = new ArrayList<>();
        ServiceLoader.load(VerbsProvider.class, VerbsProvider.class.getClassLoader())
                .forEach(found::add);
        return List.copyOf(found);
    }
}
