package io.rtrs.verbs.softroce.driver;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.connection.Addresses;
import io.rtrs.verbs.connection.Event;
import io.rtrs.verbs.softroce.cm.CmIdentity;
import io.rtrs.verbs.softroce.driver.udp.LinkOptions;
import io.rtrs.verbs.softroce.driver.udp.LocalAddress;
import io.rtrs.verbs.softroce.driver.udp.Poller;
import io.rtrs.verbs.softroce.driver.udp.UdpDriver;
import io.rtrs.verbs.softroce.driver.udp.UdpLink;
import io.rtrs.verbs.softroce.endpoint.Endpoint;
import io.rtrs.verbs.softroce.endpoint.EndpointTuning;
import io.rtrs.verbs.softroce.endpoint.QueuePairNumbers;
import io.rtrs.verbs.softroce.wire.RoceOpcode;
import io.rtrs.verbs.software.Device;
import io.rtrs.verbs.software.Live;
import io.rtrs.verbs.work.Errno;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
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
 * <p>A wildcard listener is at all addresses that exist when it begins, and at those that come into use here later.
 *
 * <p>A drive is made when an id first needs its address, and closed when no id and no connection is left there, timewait
 * included.
 */
final class Registry {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    /** The bits of a GUID that say: not global, one node. */
    private static final long LOCAL_GUID = 0x0200_0000_0000_0000L;

    private static final long GUID_BITS = 0x00FF_FFFF_FFFF_0000L;

    /** Guarded by this. */
    final Addresses addresses = new Addresses();

    /** Gives starting PSNs and more. */
    final SecureRandom random = new SecureRandom();

    /** Numbers of all queue pairs of the device. */
    final QueuePairNumbers numbers = new QueuePairNumbers(random.nextInt());

    /** Counts of what exists. */
    final Live live;

    private final VerbsProvider provider;
    private final long guid = LOCAL_GUID | (random.nextLong() & GUID_BITS);
    private final Map<InetAddress, Drive> drives = new HashMap<>();
    private final Recordings recordings = new Recordings();
    private final List<SoftId> wildcards = new ArrayList<>();
    private @Nullable Device device;
    private int opened;

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

    /** The drive of a local address, made if need be; the caller is a user of it from now on. */
    synchronized Drive use(InetAddress address) throws VerbsException {
        Drive drive = drives.get(Addresses.plain(address));
        return used(drive != null ? drive : start(UdpDriver.choose().open(address, LinkOptions.DEFAULT)));
    }

    /** A drive from which another process of this machine can be reached: any loopback address of our own. */
    synchronized Drive useLoopback() throws VerbsException {
        for (Map.Entry<InetAddress, Drive> entry : drives.entrySet()) {
            if (entry.getKey().isLoopbackAddress() && entry.getKey() instanceof Inet4Address) {
                return used(entry.getValue());
            }
        }
        return used(start(UdpDriver.choose().openFreeLoopback(LinkOptions.DEFAULT)));
    }

    /** The drives of all local addresses of a wildcard's family that can be had; the caller uses them all. */
    synchronized List<Drive> useAll(InetAddress wildcard) throws VerbsException {
        List<Drive> all = new ArrayList<>();
        VerbsException last = null;
        for (LocalAddress local : LocalAddress.all()) {
            boolean covered = !(wildcard instanceof Inet4Address) || local.address() instanceof Inet4Address;
            if (!covered || local.pathMtu() == 0) {
                continue;
            }
            try {
                all.add(use(local.address()));
            } catch (VerbsException e) {
                LOG.warn(
                        "a wildcard listener cannot hear {}: {}",
                        local.address().getHostAddress(),
                        e.getMessage());
                last = e;
            }
        }
        for (Drive drive : drives.values()) {
            boolean covered = !(wildcard instanceof Inet4Address) || drive.address() instanceof Inet4Address;
            if (covered && !all.contains(drive)) {
                all.add(used(drive)); // another loopback address
            }
        }
        if (all.isEmpty()) {
            throw last != null ? last : new VerbsException("no local address", Errno.EADDRNOTAVAIL);
        }
        return all;
    }

    /** The drive of a local address that one of our wildcard listeners hears; null if none does, or it cannot be had. */
    synchronized @Nullable Drive useHeard(InetAddress address) {
        if (wildcards.stream().noneMatch(id -> covers(id, address))) {
            return null;
        }
        try {
            return use(address);
        } catch (VerbsException e) {
            LOG.debug("{} is another process's: {}", address, e.getMessage());
            return null;
        }
    }

    private static boolean covers(SoftId wildcard, InetAddress address) {
        InetSocketAddress local = wildcard.source;
        return local != null && (!(local.getAddress() instanceof Inet4Address) || address instanceof Inet4Address);
    }

    /** One at the wildcard hears the addresses that come into use later, too. */
    synchronized void addListener(SoftId id) {
        if (id.source != null && id.source.getAddress().isAnyLocalAddress()) {
            wildcards.add(id);
        }
    }

    /** It hears no more addresses. */
    synchronized void removeListener(SoftId id) {
        wildcards.remove(id);
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
                    id.listeners.put(drive, handle);
                }
            }
            return (int) Math.min(handle, 0);
        });
        if (result != 0) {
            release(drive);
            throw new VerbsException("listening at " + local + " on " + drive + " was refused", -result);
        }
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
            now = List.copyOf(drives.values());
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
        return drives.containsKey(Addresses.plain(address));
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
        CmIdentity self = new CmIdentity(link.local(), guid + ++opened, random.nextInt(), link.pathMtu());
        EndpointTuning tuning =
                EndpointTuning.DEFAULT.atHome(link.facts().datagramsHeld(RoceOpcode.MAX_LOOPBACK_PACKET));
        Endpoint endpoint = new Endpoint(recordings.begin(link), self, numbers, tuning, consumer);
        InetAddress address = link.local().toAddress();
        Drive drive = new Drive(address, endpoint, link, poller, consumer);
        consumer.attach(drive);
        drives.put(address, drive);
        for (SoftId id : wildcards) {
            if (covers(id, address)) {
                listen(id, used(drive)); // nobody else knows the drive: its lock is free
            }
        }
        DriveThread.start(drive, this::closeIfUnused);
        LOG.debug("opened {}", link);
        return drive;
    }

    private boolean closeIfUnused(Drive drive) {
        if (drive.hasUsers() || !drive.isIdle()) {
            return false;
        }
        synchronized (this) {
            if (drive.hasUsers() || !drive.closeIfIdle()) {
                return false;
            }
            drives.remove(drive.address());
            recordings.end(drive.endpoint().link());
        }
        LOG.debug("closed {}", drive);
        return true;
    }
}
