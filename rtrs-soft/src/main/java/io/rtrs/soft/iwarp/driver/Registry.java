package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.Device;
import io.rtrs.soft.Live;
import io.rtrs.soft.connection.Addresses;
import io.rtrs.soft.iwarp.cm.HalfOpen;
import io.rtrs.soft.iwarp.driver.tcp.Tcp;
import io.rtrs.soft.iwarp.driver.tcp.TcpSocket;
import io.rtrs.soft.iwarp.startup.Agreement;
import io.rtrs.soft.iwarp.startup.Offer;
import io.rtrs.soft.iwarp.stream.Rtr;
import io.rtrs.soft.iwarp.stream.StreamAttributes;
import io.rtrs.verbs.CounterSnapshot;
import io.rtrs.verbs.LogBudget;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The device of a provider, and its connections. <b>Threading:</b> any; the monitor is a leaf. */
final class Registry {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    /** Connections whose request has not come yet, in all and of a peer. */
    private static final int MOST_SILENT = 4096;

    private static final int MOST_SILENT_OF_PEER = 1024;

    /** The longest ULPDU. */
    private static final int MOST_ULPDU = 0xFFFF;

    /** Of a peer whose segments are not known: what an Ethernet carries with time stamps. */
    private static final int USUAL_SEGMENT = 1448;

    private static final int FPDU_OVERHEAD = 6;
    private static final int SEGMENT_UNIT = 8;
    private static final int NUMBERS = 0xFF_FFFF;

    /** The bits of a GUID that say: not global, one node. */
    private static final long LOCAL_GUID = 0x0200_0000_0000_0000L;

    private static final long GUID_BITS = 0x00FF_FFFF_FFFF_0000L;

    /** Counts of what exists. */
    final Live live;

    /** Its thread. */
    final Daemon daemon;

    /** Which addresses are of this machine. */
    final Addresses addresses = new Addresses();

    private final VerbsProvider provider;
    private final IwarpSettings settings;
    private final Tcp tcp;
    private final Set<StreamDrive> drives = ConcurrentHashMap.newKeySet();
    private final AtomicInteger listeners = new AtomicInteger();
    private final AtomicInteger lastNumber = new AtomicInteger(new SecureRandom().nextInt());
    private final HalfOpen<StreamDrive> silent = new HalfOpen<>(MOST_SILENT, MOST_SILENT_OF_PEER);
    private final LogBudget faults = new LogBudget();
    private @Nullable Device device;

    /** What connections counted that are closed; guarded by this. */
    private CounterSnapshot past = new StreamCounters().snapshot();

    Registry(VerbsProvider provider, Live live, IwarpSettings settings, Tcp tcp) {
        this.provider = provider;
        this.live = live;
        this.settings = settings;
        this.tcp = tcp;
        this.daemon = new Daemon(this);
    }

    synchronized Device device() throws IOException {
        Device made = device;
        if (made == null) {
            long guid = LOCAL_GUID | (new SecureRandom().nextLong() & GUID_BITS);
            made = new Device(provider, "softiwarp0", guid, true, true);
            device = made;
        }
        return made;
    }

    Tcp tcp() {
        return tcp;
    }

    /** What each connection offers, but for its reads. */
    Offer offer() {
        return new Offer(Offer.MOST_READS, Offer.MOST_READS, settings.crc(), settings.peerToPeer(), true);
    }

    /** The next queue pair's number. */
    int number() {
        int number = 0;
        while (number == 0) {
            number = lastNumber.incrementAndGet() & NUMBERS;
        }
        return number;
    }

    /** Whether a peer that was silent for so long may be taken for dead. */
    boolean isLong(long silentNs) {
        return settings.silenceNs() != 0 && silentNs >= settings.silenceNs() / 2;
    }

    // ---- connections

    void add(StreamDrive drive) {
        drives.add(drive);
    }

    Set<StreamDrive> drives() {
        return drives;
    }

    /** One is closed. */
    void forget(StreamDrive drive) {
        daemon.remove(drive);
        synchronized (this) {
            if (drives.remove(drive)) {
                past = past.with(drive.counters().snapshot());
            }
        }
    }

    /** A listener is there, or gone. */
    void listeners(int change) {
        listeners.addAndGet(change);
    }

    /** Whether there is nothing to do. */
    boolean isUnused() {
        return drives.isEmpty() && listeners.get() == 0;
    }

    /** A connection's request is awaited; another may have to go for it. */
    void silent(StreamDrive drive, InetAddress peer) {
        StreamDrive gone;
        synchronized (silent) {
            gone = silent.add(drive, peer);
        }
        if (gone != null) {
            gone.evict();
        }
    }

    /** It has come, or never will. */
    void spoken(StreamDrive drive) {
        synchronized (silent) {
            silent.remove(drive);
        }
    }

    /** There may be more to read than one turn does. */
    void pend(StreamDrive drive, IwarpQp qp) {
        if (!drive.pended) {
            drive.pended = true;
            qp.pend(drive);
        }
    }

    /** What a queue pair is told of its connection (spec/iwarp.md 20). */
    StreamAttributes attributes(TcpSocket socket, Agreement agreed, boolean initiator) {
        boolean long64 = agreed.immediates() || socket.remote().getAddress().isLoopbackAddress();
        int segment = socket.segmentBytes() > 0 ? socket.segmentBytes() : USUAL_SEGMENT;
        int ulpdu = long64 ? MOST_ULPDU : Math.min(MOST_ULPDU, segment / SEGMENT_UNIT * SEGMENT_UNIT - FPDU_OVERHEAD);
        Rtr first = initiator ? Rtr.valueOf(agreed.rtr().name()) : Rtr.NONE;
        return new StreamAttributes(
                agreed.ird(),
                agreed.ord(),
                agreed.crc(),
                agreed.immediates(),
                ulpdu,
                initiator,
                first,
                agreed.echoes());
    }

    /** A fault of this program ended a connection. */
    void fault(StreamDrive drive, Throwable thrown) {
        boolean logs;
        synchronized (faults) {
            logs = faults.take(System.nanoTime());
        }
        if (logs) {
            LOG.error("a fault of software iWARP ended {}; others go on", drive, thrown);
        }
    }

    // ---- counters

    /** All that was counted. */
    CounterSnapshot counters() {
        CounterSnapshot sum;
        Set<StreamDrive> now;
        synchronized (this) {
            sum = past;
            now = Set.copyOf(drives);
        }
        for (StreamDrive drive : now) {
            sum = sum.with(drive.counters().snapshot());
        }
        return sum;
    }

    /** What the connections of each local address count that stand now. */
    SortedMap<String, CounterSnapshot> countersByAddress() {
        SortedMap<String, CounterSnapshot> counters = new TreeMap<>();
        for (StreamDrive drive : drives) {
            counters.merge(
                    drive.local().getAddress().getHostAddress(),
                    drive.counters().snapshot(),
                    CounterSnapshot::with);
        }
        return counters;
    }

    /** A bound socket, and who drives it. */
    StreamDrive bind(java.net.InetSocketAddress local, boolean shared) throws VerbsException {
        daemon.start();
        StreamDrive made = new StreamDrive(this, tcp.bind(local, shared));
        drives.add(made);
        daemon.start(); // it may have ended for want of connections meanwhile
        return made;
    }
}
