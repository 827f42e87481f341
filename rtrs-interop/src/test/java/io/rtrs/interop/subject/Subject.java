package io.rtrs.interop.subject;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.soft.inprocess.InProcessProvider;
import io.rtrs.soft.iwarp.driver.SoftIwarpProvider;
import io.rtrs.soft.roce.driver.SoftRoceProvider;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.ExtendedVerbs;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The provider that the tests run on, and two addresses of this machine. */
public final class Subject {
    /** Longer than anything takes on an emulated machine; a test that waits for so long has failed. */
    public static final int PATIENCE_S = 60;

    public static final VerbsProvider PROVIDER = provider();

    /** Suffices for a connection, and is what closing waits for when the other end's goodbye is not heard. */
    public static final int GOODBYE_S = isSoftware() ? 5 : 20;

    public static final InetAddress ADDRESS = address();
    public static final InetAddress ADDRESS6 = InetAddress.ofLiteral(System.getProperty("rtrs.test.address6", "::1"));

    private static final boolean HAS_IPV6 =
            PROVIDER.serves(ADDRESS6) && (!(PROVIDER instanceof SoftRoceProvider) || RocePort.isFree(ADDRESS6));

    private Subject() {}

    private static VerbsProvider provider() {
        try {
            return VerbsProviders.named(System.getProperty("rtrs.test.provider", "inprocess"));
        } catch (VerbsException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one that was asked for; on software RoCE else one of loopback that no other process has. */
    private static InetAddress address() {
        String asked = System.getProperty("rtrs.test.address");
        if (asked != null || !(PROVIDER instanceof SoftRoceProvider)) {
            return InetAddress.ofLiteral(asked != null ? asked : "127.0.0.1");
        }
        return RocePort.freeAddress();
    }

    /** Its connection manager. */
    public static ExtendedCm cm() throws VerbsException {
        return PROVIDER.cm();
    }

    /** Its verbs. */
    public static ExtendedVerbs verbs() throws VerbsException {
        return PROVIDER.verbs();
    }

    /** Whether it is one that runs in this process alone and as fast as it: it counts all its handles, and warms up. */
    public static boolean isSoftware() {
        return PROVIDER instanceof InProcessProvider || PROVIDER instanceof SoftRoceProvider || isIwarp();
    }

    /** Whether it is iWARP, which differs in what {@code docs/verbs.md} says. */
    public static boolean isIwarp() {
        return PROVIDER instanceof SoftIwarpProvider;
    }

    /** Whether a client takes back the keys of its reads by itself, so that no answer has to invalidate them. */
    public static boolean revokesKeys() {
        return PROVIDER instanceof SoftRoceProvider || isIwarp();
    }

    /** Whether the machine has the IPv6 address, and no other process has it. */
    public static boolean hasIpv6() {
        return HAS_IPV6;
    }

    /** Where a server listens: any port of the addresses there are, IPv4 first. */
    public static InetSocketAddress[] addresses() {
        InetSocketAddress four = new InetSocketAddress(ADDRESS, 0);
        return hasIpv6()
                ? new InetSocketAddress[] {four, new InetSocketAddress(ADDRESS6, 0)}
                : new InetSocketAddress[] {four};
    }

    /** Handles that exist. */
    public static Object handles() {
        return Handles.of(PROVIDER);
    }

    /** The next event, acknowledged; it must be of this type. */
    public static CmEvent take(RdmaEventChannel channel, EventType type) throws IOException {
        CmEvent event = (CmEvent) cm().getCmEvent(channel, 1000 * PATIENCE_S);
        if (event == null) {
            throw new AssertionError("no event came; expected " + type);
        }
        cm().ackCmEvent(event);
        if (event.type() != type) {
            throw new AssertionError(event.type() + " with status " + event.getStatus() + "; expected " + type);
        }
        return event;
    }
}
