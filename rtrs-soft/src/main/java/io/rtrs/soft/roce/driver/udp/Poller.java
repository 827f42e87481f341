package io.rtrs.soft.roce.driver.udp;

import io.rtrs.verbs.VerbsException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Waits until one of its links has something to do, a deadline, or a wake-up.
 *
 * <p>Something to do: datagrams that arrived or that a full {@link UdpLink#receive} left, or room in a socket that was
 * full at the last {@link UdpLink#flush}. A wait may also end for no reason.
 *
 * <p><b>Threading</b>: one thread at a time in {@link #await}, any; everything else from any thread. {@link #wakeup} is a
 * single atomic operation unless somebody waits. <b>Ownership</b>: not of the links; a link that is closed leaves by
 * itself. <b>Errors</b>: after {@link #close}, {@code await} returns at once. <b>Allocation</b>: none in {@code await} and
 * {@code wakeup}, unless the driver is {@link UdpDriver#NIO}, whose selector may.
 */
public abstract sealed class Poller implements AutoCloseable permits LinuxPoller, NioPoller {
    /** {@link #await}: the time is over, or nothing happened. */
    public static final int TIMEOUT = 0;

    /** {@link #await}: a link has something to do. */
    public static final int READY = 1;

    /** {@link #await}: somebody woke it, the set of links changed, or it is closed. */
    public static final int WOKEN = 2;

    /** A timeout without limit. */
    public static final long FOREVER = Long.MAX_VALUE;

    /** The most links of a poller: addresses of one machine. */
    public static final int MAX_LINKS = 256;

    private static final int IDLE = 0;
    private static final int WAITING = 1;
    private static final int SIGNALLED = 2;

    private final AtomicInteger state = new AtomicInteger(IDLE);

    // All under this lock.
    private final Object lock = new Object();
    private final List<UdpLink> links = new ArrayList<>();
    private boolean inside;
    private long round;
    private boolean closed;

    Poller() {}

    /** Adds a link of the same driver; a wait that is under way ends. */
    public final void add(UdpLink link) {
        synchronized (lock) {
            if (closed || links.size() == MAX_LINKS) {
                throw new IllegalStateException(
                        closed ? "the poller is closed" : "a poller of " + MAX_LINKS + " links");
            }
            link.enter(this);
            try {
                attach(link);
            } catch (RuntimeException e) {
                link.enter(null);
                throw e;
            }
            links.add(link);
        }
        wakeup();
    }

    /** Takes a link out, and returns when nobody waits for its socket any more. */
    public final void remove(UdpLink link) {
        synchronized (lock) {
            if (links.remove(link)) {
                link.enter(null);
                awaitNobodyInside();
                detach(link);
            }
        }
    }

    /** Ends the wait under way, or else the next one. */
    public final void wakeup() {
        if (state.getAndSet(SIGNALLED) == WAITING) {
            synchronized (lock) {
                if (!closed) {
                    stir();
                }
            }
        }
    }

    /**
     * Waits.
     *
     * @param timeoutNs 0 or negative: does not wait, only looks; {@link #FOREVER}: without limit
     * @return {@link #TIMEOUT}, or {@link #READY} and {@link #WOKEN} or'ed
     */
    public final int await(long timeoutNs) throws VerbsException {
        boolean held;
        synchronized (lock) {
            if (closed) {
                return WOKEN;
            }
            if (inside) {
                throw new IllegalStateException("somebody waits already");
            }
            inside = true;
            round++;
            held = prepareAll();
        }
        try {
            if (!state.compareAndSet(IDLE, WAITING)) {
                return held ? READY | WOKEN : WOKEN; // was signalled; leave() resets it
            }
            int outcome = sleep(held ? 0 : timeoutNs);
            return held ? outcome | READY : outcome;
        } finally {
            leave();
        }
    }

    private boolean prepareAll() {
        boolean held = false;
        for (int i = 0; i < links.size(); i++) {
            UdpLink link = links.get(i);
            held |= link.holdsReceived();
            prepare(i, link);
        }
        prepared(links.size());
        return held;
    }

    private void leave() {
        state.set(IDLE); // a wake-up that came meanwhile has its effect: the wait ends
        synchronized (lock) {
            inside = false;
            lock.notifyAll();
        }
    }

    /** Whether somebody is in {@link #await} and was not woken. */
    final boolean isWaiting() {
        return state.get() == WAITING;
    }

    /** Sends who waits out of his wait, and waits for that; holds the lock. */
    private void awaitNobodyInside() {
        long seen = round;
        boolean interrupted = false;
        while (inside && round == seen) {
            if (!closed) {
                stir();
            }
            try {
                lock.wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Wakes who waits, returns when he left, and releases what the poller holds. */
    @Override
    public final void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            for (UdpLink link : links) {
                link.enter(null);
            }
            awaitNobodyInside();
            closed = true;
            for (UdpLink link : links) {
                detach(link);
            }
            links.clear();
            release();
        }
    }

    /** Gets to know a link; throws if it is another driver's. */
    abstract void attach(UdpLink link);

    /** Forgets a link, that nobody waits for. */
    abstract void detach(UdpLink link);

    /** Before each wait, for each link. */
    abstract void prepare(int index, UdpLink link);

    /** Before each wait, after all links. */
    abstract void prepared(int links);

    /** Waits, without the lock. */
    abstract int sleep(long timeoutNs) throws VerbsException;

    /** Ends the wait under way, or else the next one. */
    abstract void stir();

    abstract void release();
}
