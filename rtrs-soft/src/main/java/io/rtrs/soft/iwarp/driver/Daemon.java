package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.iwarp.cm.Connection;
import io.rtrs.soft.iwarp.driver.tcp.Poller;
import io.rtrs.soft.iwarp.driver.tcp.Tcp;
import io.rtrs.verbs.LogBudget;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The provider's own thread: takes TCP connections, exchanges startup frames, keeps deadlines, and drives connections that
 * nobody polls or waits for.
 *
 * <p>A poller tells it once of a connection that something arrived. If a thread of the application has looked since it asked,
 * or sleeps on the socket, that one will see to it: the connection is watched, at intervals of 2 ms that become 16, for as
 * long as somebody looks at it; then the daemon drives it and asks the poller again. So a busy connection costs it a glance
 * now and then, and an idle one nothing.
 *
 * <p><b>Threading:</b> {@link #run} is its own thread's; the other methods are any's, the monitor is a leaf.
 */
final class Daemon implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final long FOREVER = Connection.NO_DEADLINE;
    private static final long SHORTEST_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_NS = TimeUnit.MILLISECONDS.toNanos(16);

    /** How long a thread without connections waits for some. */
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

    /** A listener that could not take a connection for want of descriptors tries again. */
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Registry registry;
    private final LogBudget lines = new LogBudget();
    private final Poller.Sink sink = this::ready;

    // Guarded by this.
    private @Nullable Poller poller;
    private boolean running;
    private final ArrayDeque<StreamDrive> watched = new ArrayDeque<>();
    private final List<Listening> resting = new ArrayList<>();
    private long soonestNs = FOREVER;
    private long wakesNs = FOREVER;

    /** What it knows of one connection; guarded by it. */
    static final class Watch {
        private boolean known;
        private volatile boolean listed;
        private long looks;
        private long nextNs;
        private long pauseNs = SHORTEST_NS;
    }

    Daemon(Registry registry) {
        this.registry = registry;
    }

    /** Opens what it waits with, so that a listener or a connection can be had. */
    synchronized void start() throws VerbsException {
        if (running) {
            return;
        }
        Poller made = registry.tcp().poller(Tcp.Kind.ONCE);
        try {
            Thread.ofPlatform().daemon().name("rtrs-softiwarp").start(this);
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
        poller = made;
        running = true;
    }

    /** Serves a connection from now on. */
    synchronized void add(StreamDrive drive) {
        if (!drive.watch.known && poller != null) {
            drive.watch.known = true;
            poller.add(drive.socket(), Math.max(0, drive.interest()));
        }
    }

    /** It is closed. */
    synchronized void remove(StreamDrive drive) {
        if (drive.watch.known && poller != null) {
            drive.watch.known = false;
            poller.remove(drive.socket());
        }
    }

    /** Takes connections from now on. */
    synchronized void add(Listening listening) {
        if (poller != null) {
            listening.socket().setOwner(listening);
            poller.add(listening.socket(), Poller.IN);
        }
    }

    /** Takes some again. */
    synchronized void again(Listening listening) {
        if (poller != null && !listening.isClosed()) {
            poller.set(listening.socket(), Poller.IN);
        }
    }

    synchronized void remove(Listening listening) {
        if (poller != null) {
            poller.remove(listening.socket());
        }
    }

    /** Has a look at a connection soon, unless threads of the application do. */
    void watch(StreamDrive drive) {
        if (!drive.watch.listed) {
            list(drive);
        }
    }

    private synchronized void list(StreamDrive drive) {
        Watch watch = drive.watch;
        if (watch.listed || !watch.known) {
            return;
        }
        watch.listed = true;
        watch.looks = drive.looks();
        watch.pauseNs = SHORTEST_NS;
        watch.nextNs = System.nanoTime() + SHORTEST_NS;
        watched.add(drive);
        wakeBy(watch.nextNs);
    }

    /** A connection has a deadline. */
    synchronized void sooner(long deadlineNs) {
        if (soonestNs == FOREVER || deadlineNs - soonestNs < 0) {
            soonestNs = deadlineNs;
            wakeBy(deadlineNs);
        }
    }

    private void wakeBy(long timeNs) {
        if (poller != null && (wakesNs == FOREVER || timeNs - wakesNs < 0)) {
            wakesNs = timeNs;
            poller.wakeup();
        }
    }

    // ---- its own thread

    @Override
    public void run() {
        Poller its;
        synchronized (this) {
            its = poller; // who started it holds the monitor until it is there
        }
        long unusedNs = System.nanoTime();
        while (its != null) {
            try {
                long nowNs = System.nanoTime();
                if (!registry.isUnused()) {
                    unusedNs = nowNs;
                } else if (nowNs - unusedNs >= LINGER_NS && stop()) {
                    return;
                }
                its.await(untilNext(nowNs), sink);
                attend(System.nanoTime());
            } catch (VerbsException | RuntimeException | Error e) {
                if (lines.take(System.nanoTime())) {
                    LOG.error("the thread of software iWARP failed, and goes on", e);
                }
            }
        }
    }

    /** Ends, unless there is something to do again. */
    private synchronized boolean stop() {
        if (!registry.isUnused()) {
            return false;
        }
        Poller its = poller;
        if (its != null) {
            its.close();
        }
        poller = null;
        running = false;
        watched.clear();
        resting.clear();
        return true;
    }

    private synchronized long untilNext(long nowNs) {
        long next = soonestNs;
        for (StreamDrive drive : watched) {
            if (next == FOREVER || drive.watch.nextNs - next < 0) {
                next = drive.watch.nextNs;
            }
        }
        if (!resting.isEmpty() && (next == FOREVER || next - nowNs > RETRY_NS)) {
            next = nowNs + RETRY_NS;
        }
        if (registry.isUnused() && (next == FOREVER || next - nowNs > LINGER_NS)) {
            next = nowNs + LINGER_NS;
        }
        wakesNs = next;
        return next == FOREVER ? -1 : Math.max(0, next - nowNs);
    }

    private void ready(Object owner, int what) {
        if (owner instanceof Listening listening) {
            take(listening);
            return;
        }
        StreamDrive drive = (StreamDrive) owner;
        if (drive.isStreaming() && isAttended(drive)) {
            watch(drive);
            return;
        }
        boolean readable = (what & Poller.IN) != 0;
        boolean hungUp = (what & Poller.HUP) != 0;
        drive.drive((readable ? StreamDrive.READ : 0)
                | (hungUp ? StreamDrive.READ | StreamDrive.HUNG_UP : 0)
                | StreamDrive.WRITE
                | StreamDrive.READY);
        ask(drive);
    }

    private synchronized boolean isAttended(StreamDrive drive) {
        return drive.looks() != drive.watch.looks || (registry.tcp().hasEdges() && drive.hasSleeper());
    }

    private void take(Listening listening) {
        boolean more;
        try {
            more = listening.accept();
        } catch (VerbsException e) {
            if (lines.take(System.nanoTime())) {
                LOG.warn("a listener of software iWARP cannot take connections now: {}", e.getMessage());
            }
            synchronized (this) {
                resting.add(listening);
            }
            return;
        }
        if (more) {
            again(listening);
        }
    }

    /** Asks the poller for a connection again. */
    private synchronized void ask(StreamDrive drive) {
        drive.watch.looks = drive.looks();
        int interest = drive.interest();
        if (interest != StreamDrive.NOTHING && drive.watch.known && poller != null) {
            poller.set(drive.socket(), interest);
        }
    }

    /** Does what is due: glances at what is watched, deadlines, listeners that rested. */
    private void attend(long nowNs) {
        for (StreamDrive drive = nextUnattended(nowNs); drive != null; drive = nextUnattended(nowNs)) {
            drive.drive(StreamDrive.READ | StreamDrive.WRITE);
            ask(drive);
        }
        for (Listening listening : rested()) {
            again(listening);
        }
        boolean due;
        synchronized (this) {
            due = soonestNs != FOREVER && nowNs - soonestNs >= 0;
            if (due) {
                soonestNs = FOREVER;
            }
        }
        if (due) {
            deadlines(nowNs);
        }
    }

    private synchronized List<Listening> rested() {
        if (resting.isEmpty()) {
            return List.of();
        }
        List<Listening> all = List.copyOf(resting);
        resting.clear();
        return all;
    }

    private synchronized @Nullable StreamDrive nextUnattended(long nowNs) {
        for (int i = watched.size(); i > 0; i--) {
            StreamDrive drive = watched.remove();
            Watch watch = drive.watch;
            if (drive.isClosed()) {
                watch.listed = false;
                continue;
            }
            if (nowNs - watch.nextNs < 0) {
                watched.add(drive);
                continue;
            }
            if (drive.looks() == watch.looks) {
                watch.listed = false;
                return drive;
            }
            watch.looks = drive.looks();
            watch.pauseNs = Math.min(2 * watch.pauseNs, LONGEST_NS);
            watch.nextNs = nowNs + watch.pauseNs;
            watched.add(drive);
        }
        return null;
    }

    private void deadlines(long nowNs) {
        for (StreamDrive drive : registry.drives()) {
            long deadline = drive.deadlineNs();
            if (deadline != FOREVER && nowNs - deadline >= 0) {
                drive.drive(StreamDrive.WRITE);
                deadline = drive.deadlineNs();
            }
            if (deadline != FOREVER) {
                sooner(deadline);
            }
        }
    }
}
