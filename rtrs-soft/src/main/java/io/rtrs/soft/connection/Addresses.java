package io.rtrs.soft.connection;

import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Which addresses the device owns and which ports are taken. <b>Threading:</b> guarded by the provider. */
public final class Addresses {
    private static final int FIRST_EPHEMERAL = 49152;
    private static final int LAST_EPHEMERAL = 65535;

    private final Set<InetAddress> added = new HashSet<>();
    private final List<CmId> bound = new ArrayList<>();
    private final Predicate<InetAddress> interfaces;
    private int ephemeral = FIRST_EPHEMERAL;

    /** Those of this machine. */
    public Addresses() {
        this(Addresses::isInterfaces);
    }

    /** Those of a network's interfaces, and all loopback addresses. */
    public Addresses(Predicate<InetAddress> interfaces) {
        this.interfaces = interfaces;
    }

    /** Makes the device own one more address. */
    public void add(InetAddress address) {
        added.add(plain(address));
    }

    /** Whether it is a loopback address, an interface's, or an added one. */
    public boolean owns(InetAddress address) {
        InetAddress wanted = plain(address);
        if (wanted.isAnyLocalAddress() || wanted.isLoopbackAddress() || added.contains(wanted)) {
            return true;
        }
        return interfaces.test(address);
    }

    private static boolean isInterfaces(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Without an IPv6 scope: one device needs none. */
    public static InetAddress plain(InetAddress address) {
        if (address instanceof Inet4Address) {
            return address;
        }
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Gives the id its local address, a link-local one with its interface; port 0 chooses a free one. */
    public InetSocketAddress bind(CmId id, InetAddress address, int port) throws VerbsException {
        InetAddress local = scope(address) == 0 ? plain(address) : address;
        if (!owns(address)) {
            throw new VerbsException("no device has " + address.getHostAddress(), 99 /* EADDRNOTAVAIL */);
        }
        InetSocketAddress wanted = new InetSocketAddress(local, port != 0 ? port : freePort(local));
        for (CmId other : bound) {
            InetSocketAddress taken = other.source;
            if (taken != null && overlap(taken, wanted) && !(other.reuse && id.reuse)) {
                throw new VerbsException(wanted + " is in use", 98 /* EADDRINUSE */);
            }
        }
        bound.add(id);
        return wanted;
    }

    /** The id's address is free again. */
    public void release(CmId id) {
        bound.remove(id);
    }

    private int freePort(InetAddress local) throws VerbsException {
        for (int tried = FIRST_EPHEMERAL; tried <= LAST_EPHEMERAL; tried++) {
            int port = ephemeral;
            ephemeral = port == LAST_EPHEMERAL ? FIRST_EPHEMERAL : port + 1;
            InetSocketAddress candidate = new InetSocketAddress(local, port);
            if (bound.stream().allMatch(id -> id.source == null || !overlap(id.source, candidate))) {
                return port;
            }
        }
        throw new VerbsException("no free port at " + local.getHostAddress(), 99 /* EADDRNOTAVAIL */);
    }

    private static boolean overlap(InetSocketAddress a, InetSocketAddress b) {
        return a.getPort() == b.getPort()
                && (covers(a.getAddress(), b.getAddress()) || covers(b.getAddress(), a.getAddress()));
    }

    /** Whether a listener at {@code listening} hears what is sent to {@code target}; {@code [::]} hears IPv4 too. */
    private static boolean covers(InetAddress listening, InetAddress target) {
        if (listening.isAnyLocalAddress()) {
            return !(listening instanceof Inet4Address) || target instanceof Inet4Address;
        }
        boolean anyInterface = scope(listening) == 0 || scope(target) == 0;
        return listening.equals(target) && (anyInterface || scope(listening) == scope(target));
    }

    /** The interface that a link-local address means; 0 if it says none, or needs none. */
    private static int scope(InetAddress address) {
        return address instanceof Inet6Address six && six.isLinkLocalAddress() ? six.getScopeId() : 0;
    }

    /** The listener for a destination: one of exactly this address is preferred to a wildcard. */
    public @Nullable CmId listener(InetSocketAddress target) {
        CmId wildcard = null;
        for (CmId id : bound) {
            InetSocketAddress local = id.source;
            if (!id.listening() || local == null || local.getPort() != target.getPort()) {
                continue;
            }
            if (local.getAddress().equals(target.getAddress())) {
                return id;
            }
            if (covers(local.getAddress(), target.getAddress())) {
                wildcard = id;
            }
        }
        return wildcard;
    }
}
