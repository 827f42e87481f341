package io.rtrs.soft.roce.driver;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.Ambient;
import io.rtrs.soft.Device;
import io.rtrs.soft.Live;
import io.rtrs.soft.connection.Addresses;
import io.rtrs.soft.memory.Keyed;
import io.rtrs.soft.memory.Region;
import io.rtrs.soft.memory.Window;
import io.rtrs.soft.roce.cm.CmIdentity;
import io.rtrs.soft.roce.endpoint.Endpoint;
import io.rtrs.soft.roce.endpoint.QueuePairNumbers;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The device and the sites of a provider: one for each local address that is in use. Its monitor guards them and the ids.
 * Who drives a site may take the monitor; who has the monitor waits for nobody who drives.
 *
 * <p>A site has its address's port 4791. Where another process has that, ids that connect share a second kind of site: one
 * at a port of its own, which nodes answer to that know of it.
 *
 * <p>A site is made when an id first needs its address, and closed when no id and no connection is left there, timewait
 * included.
 */
final class Registry {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    /** The bits of a GUID that say: not global, one node. */
    private static final long LOCAL_GUID = 0x0200_0000_0000_0000L;

    /** {@link #listen}: there is nobody any more to listen. */
    private static final int DESTROYED = 1;

    private static final long GUID_BITS = 0x00FF_FFFF_FFFF_0000L;

    /** Guarded by this. */
    final Addresses addresses;

    /** Its time and its chance. */
    final Ambient ambient;

    /** Gives starting PSNs and more. */
    final RandomGenerator random;

    /** Numbers of all queue pairs of the device. */
    final QueuePairNumbers numbers;

    /** Counts of what exists. */
    final Live live;

    /** Where its packets go. */
    final Network network;

    private final VerbsProvider provider;
    private final long guid;
    private final Map<Place, Site> sites = new LinkedHashMap<>();

    /** Those at a port of their own. */
    private final Map<Place, Site> sharing = new LinkedHashMap<>();

    /** What drives counted that are closed now; guarded by this. */
    private CounterSnapshot closed = CounterSnapshot.EMPTY;

    private final RecordedLinks recordings = new RecordedLinks();
    private final Wildcards wildcards = new Wildcards(this);
    private @Nullable Device device;
    private int opened;

    /** A local address: {@link InetAddress} takes a link-local one of two interfaces for the same. */
    private record Place(InetAddress address, int scope) {
        static Place of(InetAddress address) {
            boolean scoped = address instanceof Inet6Address && address.isLinkLocalAddress();
            return new Place(Addresses.plain(address), scoped ? ((Inet6Address) address).getScopeId() : 0);
        }
    }

    Registry(VerbsProvider provider, Live live, Network network, Ambient ambient) {
        this.provider = provider;
        this.live = live;
        this.network = network;
        this.ambient = ambient;
        this.random = ambient.random();
        this.numbers = new QueuePairNumbers(random::nextInt);
        this.guid = LOCAL_GUID | (random.nextLong() & GUID_BITS);
        // What is wrong with a link-local one is said in better words when its port is opened.
        this.addresses = new Addresses(
                address -> address.isLinkLocalAddress() || network.find(address).isPresent());
    }

    synchronized Device device() throws IOException {
        Device made = device;
        if (made == null) {
            made = new Device(provider, "softroce0", guid, true, true, random::nextInt);
            device = made;
        }
        return made;
    }

    /** All counters, those of sites that were closed among them. */
    CounterSnapshot counters() {
        List<Site> now;
        CounterSnapshot sum;
        synchronized (this) {
            // One that is closed after this is in the list, and not in what is left of closed ones.
            now = all();
            sum = closed;
        }
        for (Site site : now) {
            sum = sum.with(site.counters());
        }
        return sum;
    }

    /** The counters of each local address that has a drive now, by its text. */
    SortedMap<String, CounterSnapshot> countersByAddress() {
        SortedMap<String, CounterSnapshot> counters = new TreeMap<>();
        for (Site site : allNow()) {
            counters.merge(site.address().getHostAddress(), site.counters(), CounterSnapshot::with);
        }
        return counters;
    }

    /** Those that have their address's port, and those at a port of their own; the caller holds the monitor. */
    private List<Site> all() {
        List<Site> both = new ArrayList<>(sites.values());
        both.addAll(sharing.values());
        return both;
    }

    /** The site of a local address, made if need be; the caller is a user of it from now on. */
    synchronized Site use(InetAddress address) throws VerbsException {
        Site site = find(address);
        return used(site != null ? site : start(network.open(address)));
    }

    /** One use more of a site that the caller uses already. */
    synchronized Site use(Site site) {
        return used(site);
    }

    /**
     * The site of a local address, for an id that connects. If another process has the port, or may want to, it is one at
     * a port of its own.
     *
     * @param here whether the destination is of this machine: it is no kernel then, and answers to any port
     */
    synchronized Site useToConnect(InetAddress address, boolean here) throws VerbsException {
        Site site = find(address);
        if (site == null && !here) {
            try {
                return use(address);
            } catch (VerbsException e) {
                if (e.errno() != Errno.EADDRINUSE) {
                    throw e;
                }
                LOG.debug("another process has port 4791 of {}", address);
            }
        }
        if (site == null) {
            site = sharing.get(Place.of(address));
        }
        return used(site != null ? site : start(network.openAnyPort(address)));
    }

    /** The site of a local address that one of our wildcard listeners hears; null if none does, or it cannot be had. */
    synchronized @Nullable Site useHeard(InetAddress address) {
        if (wildcards.hearing(address).isEmpty()) {
            return null;
        }
        try {
            return use(address);
        } catch (VerbsException e) {
            LOG.debug("{} is another process's", address);
            return null;
        }
    }

    /** The sites of all local addresses of a wildcard's family that can be had; the caller uses them all. */
    synchronized List<Site> useAll(InetAddress wildcard) throws VerbsException {
        return wildcards.useAll(wildcard);
    }

    /** One at the wildcard hears the addresses that come later, too. */
    synchronized void addListener(SoftId id) {
        if (id.source != null && id.source.getAddress().isAnyLocalAddress()) {
            wildcards.add(id);
        }
    }

    /** It hears no more addresses. */
    synchronized void removeListener(SoftId id) {
        wildcards.remove(id);
    }

    /** The sites that have their address's port. */
    synchronized List<Site> sites() {
        return List.copyOf(sites.values());
    }

    /** Whether a site has this address's port. */
    synchronized boolean isOf(Site site, InetAddress address) {
        return find(address) == site;
    }

    private @Nullable Site find(InetAddress address) {
        return sites.get(Place.of(address));
    }

    /** Lets an id listen at an address whose user it is; it stops being that if it is refused. */
    void listen(SoftId id, Site site) throws VerbsException {
        InetSocketAddress local = Objects.requireNonNull(id.source);
        boolean wildcard = local.getAddress().isAnyLocalAddress();
        int result = site.run(now -> {
            long handle = site.connections().listen(local.getPort(), wildcard, id.backlog);
            if (handle > 0) {
                site.consumer().addListener(handle, id);
                synchronized (this) {
                    if (!wildcard || wildcards.contains(id)) {
                        id.listeners.put(site, handle);
                        return 0;
                    }
                }
                site.consumer().removeListener(handle); // it was destroyed meanwhile
                site.connections().unlisten(handle);
                return DESTROYED;
            }
            return (int) handle;
        });
        if (result == DESTROYED) {
            release(site);
            return;
        }
        if (result != 0) {
            release(site);
            throw new VerbsException("listening at " + local + " on " + site + " was refused", -result);
        }
    }

    /** A listener hears an address no more. */
    void unlisten(Site site, long handle) {
        site.run(now -> {
            site.consumer().removeListener(handle);
            return site.connections().unlisten(handle);
        });
        release(site);
    }

    /** The site of an id's local address. */
    synchronized Site siteOf(SoftId id) throws VerbsException {
        Site site = id.site;
        if (site == null) {
            throw new VerbsException("the id has no local address yet", Errno.EINVAL);
        }
        return site;
    }

    /** Waits until each turn that goes on now is over. */
    void awaitTurns() {
        allNow().forEach(Site::awaitTurns);
    }

    /** See {@link SoftRoceProvider#turn}. */
    boolean turn(long nowNs) {
        boolean more = false;
        for (Site site : allNow()) {
            more |= site.turn(nowNs);
            closeIfUnused(site);
        }
        return more;
    }

    /** See {@link SoftRoceProvider#nextDeadlineNs}. */
    long nextDeadlineNs(long nowNs) {
        long soonest = Endpoint.NO_DEADLINE;
        for (Site site : allNow()) {
            long deadline = site.nextDeadlineNs(nowNs);
            if (deadline != Endpoint.NO_DEADLINE
                    && (soonest == Endpoint.NO_DEADLINE || deadline - nowNs < soonest - nowNs)) {
                soonest = deadline;
            }
        }
        return soonest;
    }

    /** Whether no address is in use. */
    synchronized boolean isUnused() {
        return sites.isEmpty() && sharing.isEmpty();
    }

    /** See {@link SoftRoceProvider#allowsRemoteWrite}. */
    synchronized boolean allowsRemoteWrite(int rkey, long address, long length) {
        Device made = device;
        Keyed named = made == null ? null : made.keys.find(rkey);
        if (named instanceof Window window) {
            return window.admits(rkey, address, length);
        }
        return named instanceof Region region
                && region.key() == rkey
                && (region.permissions & IbvMr.IBV_ACCESS_REMOTE_WRITE) != 0
                && region.covers(address, length);
    }

    private synchronized List<Site> allNow() {
        return all();
    }

    private static Site used(Site site) {
        site.addUser();
        return site;
    }

    /** The caller uses it no more. */
    synchronized void release(Site site) {
        if (site.removeUser() == 0) {
            site.look();
        }
    }

    /** Whether this process has the address. */
    synchronized boolean has(InetAddress address) {
        return find(address) != null;
    }

    private Site start(Outlet outlet) throws VerbsException {
        Link link = outlet.link();
        CmIdentity self = new CmIdentity(
                link.local(), guid + ++opened, random.nextInt(), link.pathMtu(), link.port(), outlet.receiveBytes());
        Site site;
        try {
            site = new Site(outlet, self, this, recordings, this::closeIfUnused);
        } catch (VerbsException | RuntimeException | Error e) {
            outlet.close();
            throw e;
        }
        List<SoftId> everywhere = site.isSharing() ? List.of() : wildcards.hearing(site.address());
        try {
            everywhere.forEach(id -> hear(id, site));
            site.start(); // before anybody finds it: if there are no threads, it must not stay without one
        } catch (RuntimeException | Error e) {
            everywhere.forEach(id -> id.listeners.remove(site));
            outlet.close();
            throw e;
        }
        (site.isSharing() ? sharing : sites).put(Place.of(site.address()), site);
        LOG.debug("opened {}", link);
        return site;
    }

    /**
     * A wildcard listener hears a site that nobody knows yet and that has no thread: its lock is free. A thread would take
     * requests for those that hear it already, and wait for our monitor with that lock.
     */
    private void hear(SoftId id, Site site) {
        try {
            listen(id, used(site));
        } catch (VerbsException e) {
            // The site is for who asked for it, and needs its thread, whatever another listener cannot have.
            LOG.warn("a wildcard listener cannot hear {}: {}", site.address().getHostAddress(), e.getMessage());
        }
    }

    private boolean closeIfUnused(Site site) {
        if (site.hasUsers() || !site.isIdle()) {
            return false;
        }
        synchronized (this) {
            if (site.hasUsers() || !site.closeIfIdle()) {
                return false;
            }
            closed = closed.with(site.lastCounters().totals());
            (site.isSharing() ? sharing : sites).remove(Place.of(site.address()), site);
        }
        LOG.debug("closed {}", site);
        return true;
    }
}
