package io.rtrs.verbs.softroce.driver;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.connection.Addresses;
import io.rtrs.verbs.connection.Event;
import io.rtrs.verbs.softroce.cm.CmIdentity;
import io.rtrs.verbs.softroce.driver.udp.LinkOptions;
import io.rtrs.verbs.softroce.driver.udp.Poller;
import io.rtrs.verbs.softroce.driver.udp.UdpDriver;
import io.rtrs.verbs.softroce.driver.udp.UdpLink;
import io.rtrs.verbs.softroce.endpoint.Endpoint;
import io.rtrs.verbs.softroce.endpoint.EndpointCounter;
import io.rtrs.verbs.softroce.endpoint.EndpointTuning;
import io.rtrs.verbs.softroce.endpoint.QueuePairNumbers;
import io.rtrs.verbs.softroce.link.Link;
import io.rtrs.verbs.softroce.wire.RoceOpcode;
import io.rtrs.verbs.software.Device;
import io.rtrs.verbs.software.Live;
import io.rtrs.verbs.work.Errno;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The device and the drives of a provider: one for each local address that is in use. Its monitor guards them and the ids.
 *
 * <p>A drive has its address's port 4791. Where another process has that, ids that connect share a second kind of drive: one
 * at a port of its own, which nodes answer to that know of it.
 *
 * <p>A drive is made when an id first needs its address, and closed when no id and no connection is left there, timewait
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
    final Addresses addresses = new Addresses();

    /** Gives starting PSNs and more. */
    final SecureRandom random = new SecureRandom();

    /** Numbers of all queue pairs of the device. */
    final QueuePairNumbers numbers = new QueuePairNumbers(random::nextInt);

    /** Counts of what exists. */
    final Live live;

    private final VerbsProvider provider;
    private final long guid = LOCAL_GUID | (random.nextLong() & GUID_BITS);
    private final Map<Place, Drive> drives = new HashMap<>();

    /** Those at a port of their own. */
    private final Map<Place, Drive> sharing = new HashMap<>();

    private final Recordings recordings = new Recordings();
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

    Registry(VerbsProvider provider, Live live) {
        this.provider = provider;
        this.live = live;
    }

    synchronized Device device() throws IOException {
        Device made = device;
        if (made == null) {
            made = new Device(provider, "softroce0", guid, true, true);
            device = made;
        }
        return made;
    }

    /** A counter of all addresses that are in use now; values may be old. */
    synchronized long count(EndpointCounter counter) {
        long sum = 0;
        for (Drive drive : all()) {
            sum += drive.endpoint().counters().get(counter);
        }
        return sum;
    }

    /** Those that have their address's port, and those at a port of their own; the caller holds the monitor. */
    private List<Drive> all() {
        List<Drive> both = new ArrayList<>(drives.values());
        both.addAll(sharing.values());
        return both;
    }

    /** The drive of a local address, made if need be; the caller is a user of it from now on. */
    synchronized Drive use(InetAddress address) throws VerbsException {
        Drive drive = find(address);
        return used(drive != null ? drive : start(UdpDriver.choose().open(address, LinkOptions.DEFAULT)));
    }

    /** One use more of a drive that the caller uses already. */
    synchronized Drive use(Drive drive) {
        return used(drive);
    }

    /**
     * The drive of a local address, for an id that connects. If another process has the port, or may want to, it is one at
     * a port of its own.
     *
     * @param here whether the destination is of this machine: it is no kernel then, and answers to any port
     */
    synchronized Drive useToConnect(InetAddress address, boolean here) throws VerbsException {
        Drive drive = find(address);
        if (drive == null && !here) {
            try {
                return use(address);
            } catch (VerbsException e) {
                if (e.errno() != Errno.EADDRINUSE) {
                    throw e;
                }
                LOG.debug("another process has port 4791 of {}", address);
            }
        }
        if (drive == null) {
            drive = sharing.get(Place.of(address));
        }
        return used(drive != null ? drive : start(UdpDriver.choose().openAnyPort(address, LinkOptions.DEFAULT)));
    }

    /** The drive of a local address that one of our wildcard listeners hears; null if none does, or it cannot be had. */
    synchronized @Nullable Drive useHeard(InetAddress address) {
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

    /** The drives of all local addresses of a wildcard's family that can be had; the caller uses them all. */
    synchronized List<Drive> useAll(InetAddress wildcard) throws VerbsException {
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

    /** The drives that have their address's port. */
    synchronized List<Drive> drives() {
        return List.copyOf(drives.values());
    }

    /** Whether a drive has this address's port. */
    synchronized boolean isOf(Drive drive, InetAddress address) {
        return find(address) == drive;
    }

    private @Nullable Drive find(InetAddress address) {
        return drives.get(Place.of(address));
    }

    /** Lets an id listen at an address whose user it is; it stops being that if it is refused. */
    void listen(SoftId id, Drive drive) throws VerbsException {
        InetSocketAddress local = Objects.requireNonNull(id.source);
        boolean wildcard = local.getAddress().isAnyLocalAddress();
        int result = drive.run(now -> {
            long handle = drive.endpoint().connections().listen(local.getPort(), wildcard, id.backlog);
            if (handle > 0) {
                drive.consumer().addListener(handle, id);
                synchronized (this) {
                    if (!wildcard || wildcards.contains(id)) {
                        id.listeners.put(drive, handle);
                        return 0;
                    }
                }
                drive.consumer().removeListener(handle); // it was destroyed meanwhile
                drive.endpoint().connections().unlisten(handle);
                return DESTROYED;
            }
            return (int) handle;
        });
        if (result == DESTROYED) {
            release(drive);
            return;
        }
        if (result != 0) {
            release(drive);
            throw new VerbsException("listening at " + local + " on " + drive + " was refused", -result);
        }
    }

    /** A listener hears an address no more. */
    void unlisten(Drive drive, long handle) {
        drive.run(now -> {
            drive.consumer().removeListener(handle);
            return drive.endpoint().connections().unlisten(handle);
        });
        release(drive);
    }

    /** The drive of an id's local address. */
    synchronized Drive driveOf(SoftId id) throws VerbsException {
        Drive drive = id.drive;
        if (drive == null) {
            throw new VerbsException("the id has no local address yet", Errno.EINVAL);
        }
        return drive;
    }

    /** Waits until each turn that goes on now is over. */
    void awaitTurns() {
        List<Drive> now;
        synchronized (this) {
            now = all();
        }
        now.forEach(Drive::awaitTurn);
    }

    private static Drive used(Drive drive) {
        drive.addUser();
        return drive;
    }

    /** The caller uses it no more. */
    synchronized void release(Drive drive) {
        if (drive.removeUser() == 0) {
            drive.look();
        }
    }

    /** Tells the id's channel. */
    static void event(SoftId id, EventType type, int status, byte @Nullable [] data) {
        try {
            id.channel.add(new Event(type, status, null, id, data));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // DiSNI's constructors declare it and never throw it
        }
    }

    /** Whether this process has the address. */
    synchronized boolean has(InetAddress address) {
        return find(address) != null;
    }

    private Drive start(UdpLink link) throws VerbsException {
        Poller poller;
        try {
            poller = link.facts().driver().poller();
        } catch (VerbsException | RuntimeException | Error e) {
            link.close();
            throw e;
        }
        poller.add(link);
        Consumer consumer = new Consumer(this);
        CmIdentity self = new CmIdentity(link.local(), guid + ++opened, random.nextInt(), link.pathMtu(), link.port());
        EndpointTuning tuning = EndpointTuning.DEFAULT
                .atHome(link.facts().datagramsHeld(RoceOpcode.MAX_LOOPBACK_PACKET))
                .withSilence(SoftConnections.silenceNs());
        Link recorded;
        try {
            recorded = recordings.begin(link);
        } catch (VerbsException | RuntimeException | Error e) {
            poller.close();
            link.close();
            throw e;
        }
        Endpoint endpoint = new Endpoint(recorded, self, numbers, tuning, consumer);
        InetAddress address = link.facts().address().address();
        Drive drive = new Drive(address, endpoint, link, poller, consumer);
        consumer.attach(drive);
        if (drive.isSharing()) {
            sharing.put(Place.of(address), drive);
        } else {
            drives.put(Place.of(address), drive);
            for (SoftId id : wildcards.hearing(address)) {
                hear(id, drive);
            }
        }
        DriveThread.start(drive, this::closeIfUnused);
        LOG.debug("opened {}", link);
        return drive;
    }

    /** A wildcard listener hears a drive that nobody else knows yet, so that its lock is free. */
    private void hear(SoftId id, Drive drive) {
        try {
            listen(id, used(drive));
        } catch (VerbsException e) {
            // The drive is for who asked for it, and needs its thread, whatever another listener cannot have.
            LOG.warn("a wildcard listener cannot hear {}: {}", drive.address().getHostAddress(), e.getMessage());
        }
    }

    private boolean closeIfUnused(Drive drive) {
        if (drive.hasUsers() || !drive.isIdle()) {
            return false;
        }
        synchronized (this) {
            if (drive.hasUsers() || !drive.closeIfIdle()) {
                return false;
            }
            (drive.isSharing() ? sharing : drives).remove(Place.of(drive.address()), drive);
            recordings.end(drive.endpoint().link());
        }
        LOG.debug("closed {}", drive);
        return true;
    }
}
