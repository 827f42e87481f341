package io.rtrs.soft.roce.driver;

import io.rtrs.soft.roce.driver.udp.LocalAddress;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The listeners at the wildcard. They hear all addresses that the machine has: while there is such a listener, a thread looks
 * each second which those are.
 *
 * <p><b>Threading:</b> guarded by the registry's monitor, which the thread does not hold while it asks the machine.
 */
final class Wildcards {
    private static final Logger LOG = LoggerFactory.getLogger(Wildcards.class);
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

    private final Registry registry;
    private final List<SoftId> listeners = new ArrayList<>();

    /** Addresses that cannot be heard, which was said once. */
    private final Set<InetAddress> unheard = new HashSet<>();

    private boolean watched;

    Wildcards(Registry registry) {
        this.registry = registry;
    }

    void add(SoftId id) {
        listeners.add(id);
        if (!watched && !registry.ambient.invoked()) {
            watched = true;
            Thread.ofPlatform().daemon().name("rtrs-softroce-addresses").start(this::watch);
        }
    }

    void remove(SoftId id) {
        listeners.remove(id);
    }

    boolean contains(SoftId id) {
        return listeners.contains(id);
    }

    /** The listeners that hear an address. */
    List<SoftId> hearing(InetAddress address) {
        return listeners.stream()
                .filter(id -> id.listensEverywhere && covers(id, address))
                .toList();
    }

    private static boolean covers(SoftId wildcard, InetAddress address) {
        InetSocketAddress local = wildcard.source;
        return local != null && covers(local.getAddress(), address);
    }

    private static boolean covers(InetAddress wildcard, InetAddress address) {
        return !(wildcard instanceof Inet4Address) || address instanceof Inet4Address;
    }

    /** The sites of all local addresses of a wildcard's family that can be had; the caller uses them all. */
    List<Site> useAll(InetAddress wildcard) throws VerbsException {
        List<Site> all = new ArrayList<>();
        VerbsException last = null;
        for (LocalAddress local : registry.network.addresses()) {
            if (!covers(wildcard, local.address()) || local.pathMtu() == 0) {
                continue;
            }
            try {
                all.add(registry.use(local.address()));
            } catch (VerbsException e) {
                tell(local, e);
                last = e;
            }
        }
        for (Site site : registry.sites()) {
            if (covers(wildcard, site.address()) && !all.contains(site)) {
                site.addUser(); // another loopback address
                all.add(site);
            }
        }
        if (all.isEmpty()) {
            throw last != null ? last : new VerbsException("no local address", Errno.EADDRNOTAVAIL);
        }
        return all;
    }

    private void tell(LocalAddress local, VerbsException e) {
        // An IPv6 address that is new cannot be bound until it is known that nobody else has it.
        if (e.errno() != Errno.EADDRNOTAVAIL && unheard.add(local.address())) {
            LOG.warn("a wildcard listener cannot hear {}: {}", local.address().getHostAddress(), e.getMessage());
        }
    }

    // ---- addresses that come and go

    private void watch() {
        while (isNeeded()) {
            LockSupport.parkNanos(this, LOOK_NS);
            try {
                look(registry.network.addresses());
            } catch (RuntimeException e) {
                LOG.error("looking for new addresses failed", e);
            }
        }
    }

    private boolean isNeeded() {
        synchronized (registry) {
            watched = !listeners.isEmpty();
            return watched;
        }
    }

    private record Change(SoftId id, Site site) {}

    /** Lets the listeners hear the addresses that the machine has now, and these alone. */
    void look(List<LocalAddress> now) {
        List<Change> come = new ArrayList<>();
        List<Change> gone = new ArrayList<>();
        synchronized (registry) {
            for (LocalAddress local : now) {
                if (local.pathMtu() != 0) {
                    hear(local, come);
                }
            }
            for (SoftId id : listeners) {
                for (Site site : id.listeners.keySet()) {
                    if (!site.address().isLoopbackAddress()
                            && now.stream().noneMatch(local -> registry.isOf(site, local.address()))) {
                        gone.add(new Change(id, site));
                    }
                }
            }
            unheard.removeIf(
                    address -> now.stream().noneMatch(local -> local.address().equals(address)));
        }
        come.forEach(this::listen);
        gone.forEach(this::unlisten);
    }

    private void hear(LocalAddress local, List<Change> come) {
        List<SoftId> missing = new ArrayList<>();
        for (SoftId id : hearing(local.address())) {
            if (id.listeners.keySet().stream().noneMatch(site -> registry.isOf(site, local.address()))) {
                missing.add(id);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        try {
            boolean fresh = !registry.has(local.address());
            Site site = registry.use(local.address()); // if it is made now, all listeners hear it at once
            for (SoftId id : missing) {
                LOG.info("listening at {} port {}, too", local.address().getHostAddress(), port(id));
                if (!fresh) {
                    site.addUser();
                    come.add(new Change(id, site));
                }
            }
            registry.release(site);
            unheard.remove(local.address());
        } catch (VerbsException e) {
            tell(local, e);
        }
    }

    private void listen(Change change) {
        try {
            registry.listen(change.id, change.site);
        } catch (VerbsException e) {
            LOG.warn(
                    "a wildcard listener cannot hear {}: {}",
                    change.site.address().getHostAddress(),
                    e.getMessage());
        }
    }

    private void unlisten(Change change) {
        Long handle;
        synchronized (registry) {
            handle = change.id.listeners.remove(change.site);
        }
        if (handle != null) {
            LOG.info(
                    "no longer listening at {} port {}: this machine does not have the address any more",
                    change.site.address().getHostAddress(),
                    port(change.id));
            registry.unlisten(change.site, handle);
        }
    }

    private static int port(SoftId id) {
        InetSocketAddress local = id.source;
        return local == null ? 0 : local.getPort();
    }
}
