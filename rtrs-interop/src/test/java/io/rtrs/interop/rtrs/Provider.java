package io.rtrs.interop.rtrs;

import io.rtrs.interop.handles.Handles;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import io.rtrs.verbs.inprocess.InProcessProvider;
import io.rtrs.verbs.softroce.driver.SoftRoceProvider;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The provider that the tests run on, and two addresses of this machine. */
final class Provider {
    /** Longer than anything takes on an emulated machine; a test that waits for so long has failed. */
    static final int PATIENCE_S = 60;

    static final VerbsProvider PROVIDER = provider();

    /** Suffices for a connection, and is what closing waits for when the other end's goodbye is not heard. */
    static final int GOODBYE_S = isSoftware() ? 5 : 20;

    static final InetAddress ADDRESS = InetAddress.ofLiteral(System.getProperty("rtrs.test.address", "127.0.0.1"));
    static final InetAddress ADDRESS6 = InetAddress.ofLiteral(System.getProperty("rtrs.test.address6", "::1"));

    private Provider() {}

    private static VerbsProvider provider() {
        try {
            return VerbsProviders.named(System.getProperty("rtrs.test.provider", "inprocess"));
        } catch (VerbsException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ExtendedCm cm() throws VerbsException {
        return PROVIDER.cm();
    }

    static ExtendedVerbs verbs() throws VerbsException {
        return PROVIDER.verbs();
    }

    /** Whether it is one that runs in this process alone and as fast as it: it counts all its handles, and warms up. */
    static boolean isSoftware() {
        return PROVIDER instanceof InProcessProvider || PROVIDER instanceof SoftRoceProvider;
    }

    /** Whether a client takes back the keys of its reads by itself, so that no answer has to invalidate them. */
    static boolean revokesKeys() {
        return PROVIDER instanceof SoftRoceProvider;
    }

    /** Whether the machine has the IPv6 address. */
    static boolean hasIpv6() {
        return PROVIDER.serves(ADDRESS6);
    }

    /** Where a server listens: any port of the addresses there are, IPv4 first. */
    static InetSocketAddress[] addresses() {
        InetSocketAddress four = new InetSocketAddress(ADDRESS, 0);
        return hasIpv6()
                ? new InetSocketAddress[] {four, new InetSocketAddress(ADDRESS6, 0)}
                : new InetSocketAddress[] {four};
    }

    /** Handles that exist. */
    static Object handles() {
        return Handles.of(PROVIDER);
    }
}
