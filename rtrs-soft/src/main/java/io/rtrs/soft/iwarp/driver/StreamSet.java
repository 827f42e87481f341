package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.iwarp.driver.tcp.Poller;
import io.rtrs.soft.iwarp.driver.tcp.Tcp;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * The connections that report to a completion channel, or to a completion queue without one; and what their pollers and their
 * waiter find those with where something has arrived.
 *
 * <p>Its poller tells of arrivals once. Who leaves something unread puts the connection in line here.
 *
 * <p><b>Threading:</b> any; the monitor is a leaf. <b>Allocation:</b> none but by {@link #add} and {@link #remove}.
 */
final class StreamSet {
    /** Up to so many connections are read one by one without asking which has something. */
    static final int FEW = 4;

    private static final int READY = StreamDrive.READY | StreamDrive.ATTENDED;
    private static final long MOMENT_NS = 50_000;
    private static final Poller.Sink SINK = StreamSet::ready;

    private final Tcp tcp;
    private final AtomicBoolean polling = new AtomicBoolean();
    private volatile @Nullable Poller poller;
    private volatile boolean inLine;
    private volatile @Nullable Thread sleeper;

    // Guarded by this.
    private StreamDrive[] drives = {};
    private int[] uses = {};
    private final ArrayDeque<StreamDrive> line = new ArrayDeque<>();
    private boolean closed;

    private StreamSet(Tcp tcp) {
        this.tcp = tcp;
    }

    /** One whose waiter sleeps on sockets, where the machine's TCP can do that. */
    static StreamSet ofChannel(Tcp tcp) throws VerbsException {
        StreamSet set = new StreamSet(tcp);
        if (tcp.hasEdges()) {
            set.poller = tcp.poller(Tcp.Kind.EDGES);
        }
        return set;
    }

    /** One that nobody waits for; it makes a poller if it has many connections. */
    static StreamSet ofQueue(Tcp tcp) {
        return new StreamSet(tcp);
    }

    /** Whether a thread can sleep here. */
    boolean canSleep() {
        return poller != null;
    }

    /** A connection reports here, once more. */
    synchronized void add(StreamDrive drive) {
        for (int i = 0; i < drives.length; i++) {
            if (drives[i] == drive) {
                uses[i]++;
                return;
            }
        }
        drives = Arrays.copyOf(drives, drives.length + 1);
        uses = Arrays.copyOf(uses, drives.length);
        drives[drives.length - 1] = drive;
        uses[drives.length - 1] = 1;
        Poller its = poller;
        if (its != null) {
            its.add(drive.socket(), Poller.IN);
        } else if (drives.length > FEW && tcp.hasEdges() && !closed) {
            makePoller();
        }
    }

    private void makePoller() {
        try {
            Poller made = tcp.poller(Tcp.Kind.EDGES);
            for (StreamDrive drive : drives) {
                made.add(drive.socket(), Poller.IN);
            }
            poller = made;
        } catch (VerbsException e) {
            poller = null; // no descriptors: they are read one by one, which costs time
        }
    }

    /** It does so once less. */
    synchronized void remove(StreamDrive drive) {
        for (int i = 0; i < drives.length; i++) {
            if (drives[i] == drive && --uses[i] == 0) {
                Poller its = poller;
                if (its != null) {
                    its.remove(drive.socket());
                }
                StreamDrive last = drives[drives.length - 1];
                int lastUses = uses[drives.length - 1];
                drives = Arrays.copyOf(drives, drives.length - 1);
                uses = Arrays.copyOf(uses, drives.length);
                if (i < drives.length) {
                    drives[i] = last;
                    uses[i] = lastUses;
                }
                line.remove(drive);
                return;
            }
        }
    }

    /** Who waits, or polls, is told too when there is room to write. */
    void tellOfRoom(StreamDrive drive) {
        Poller its = poller;
        if (its != null) {
            its.set(drive.socket(), Poller.IN | Poller.OUT);
        }
    }

    /** A connection may have more to read, of which the poller does not tell again. */
    void pend(StreamDrive drive) {
        if (poller == null) {
            return;
        }
        synchronized (this) {
            if (!line.contains(drive)) {
                line.add(drive);
            }
            inLine = true;
        }
        if (sleeper != Thread.currentThread()) {
            wakeup();
        }
    }

    /** Whether a thread sleeps here, or is about to. */
    boolean hasSleeper() {
        return sleeper != null;
    }

    /** Whether it is this thread that does. */
    boolean isSleeper(Thread who) {
        return sleeper == who;
    }

    /** Ends a sleep, if there is one. */
    void wakeup() {
        Thread sleeps = sleeper;
        Poller its = poller;
        if (sleeps != null && its != null) {
            its.wakeup();
            LockSupport.unpark(sleeps);
        }
    }

    /** A thread will call {@link #sleep} again and again; null: it stops. */
    void sleeps(@Nullable Thread who) {
        sleeper = who;
    }

    /** Sleeps until something arrives, the time is over, or somebody wakes; drives what has something. */
    void sleep(long timeoutNs) throws VerbsException {
        Poller its = poller;
        if (its == null || !polling.compareAndSet(false, true)) {
            LockSupport.parkNanos(this, timeoutNs < 0 ? MOMENT_NS : Math.min(timeoutNs, MOMENT_NS));
            return;
        }
        try {
            boolean some = serveLine();
            its.await(some || inLine ? 0 : timeoutNs, SINK);
        } finally {
            stopped();
        }
    }

    /** Drives what has something; whether it could look. */
    boolean poll() {
        Poller its = poller;
        if (its == null || !polling.compareAndSet(false, true)) {
            return its != null;
        }
        try {
            serveLine();
            its.await(0, SINK);
            return true;
        } catch (VerbsException e) {
            return false;
        } finally {
            stopped();
        }
    }

    private boolean serveLine() {
        if (!inLine) {
            return false;
        }
        int count;
        synchronized (this) {
            count = line.size();
        }
        for (int i = 0; i < count; i++) {
            StreamDrive drive;
            synchronized (this) {
                drive = line.poll();
                inLine = !line.isEmpty();
            }
            if (drive != null) {
                drive.pended = false;
                drive.drive(StreamDrive.READ | StreamDrive.WRITE | StreamDrive.ATTENDED);
            }
        }
        return count > 0;
    }

    private static void ready(Object owner, int what) {
        boolean hungUp = (what & Poller.HUP) != 0;
        int bits = ((what & Poller.IN) != 0 || hungUp ? StreamDrive.READ : 0)
                | ((what & Poller.OUT) != 0 ? StreamDrive.WRITE : 0)
                | (hungUp ? StreamDrive.HUNG_UP : 0)
                | READY;
        ((StreamDrive) owner).drive(bits);
    }

    private void stopped() {
        polling.set(false);
        if (closed) {
            closePoller();
        }
    }

    /** Nobody waits here any more, nor will. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        wakeup();
        if (!polling.get()) {
            closePoller();
        }
    }

    private synchronized void closePoller() {
        Poller its = poller;
        if (its != null && !polling.get()) {
            poller = null;
            its.close();
        }
    }
}
