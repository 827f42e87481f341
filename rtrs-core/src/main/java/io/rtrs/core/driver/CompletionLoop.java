package io.rtrs.core.driver;

import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.ConnectionQueue;
import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.connection.Device;
import io.rtrs.core.work.IdleTime;
import io.rtrs.core.work.OwnThread;
import io.rtrs.core.work.Spin;
import io.rtrs.core.work.UserCode;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.CompletionChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Serves connections: polls their completion queues in turn, calls the handlers, and waits as its strategy says. All queues
 * report to its one channel, so they are of one device.
 *
 * <p>A connection is served from {@link #start} until it is drained, has failed, or {@link #stop}. A handler that blocks holds
 * up all connections of the loop.
 *
 * <p><b>Threading:</b> a loop turns in a thread of its own, a platform daemon because it may block in a native call, which is
 * there as long as there are connections; or in that of whoever calls {@link #turn} on an {@linkplain #invoked invoked} one,
 * one caller at a time. <b>Ownership:</b> the channel is the loop's; {@link #close} comes after the queues are closed.
 */
public final class CompletionLoop implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CompletionLoop.class);
    private static final ConnectionQueue[] NONE = {};

    /** Who polls now; only a loop without thread changes hands. */
    private static final int NOBODY = 0;

    private static final int CALLER = 1;
    private static final int THREAD = 2;

    private final WaitStrategy strategy;
    private final LongSupplier clock;
    private final String name;
    private final boolean invoked;
    private final AtomicInteger poller = new AtomicInteger(NOBODY);

    /** Those that have connections; written under the lock. */
    private volatile ConnectionQueue[] queues = NONE;

    /** The last thread that was started; written under the lock. */
    private volatile @Nullable Thread thread;

    /** Whether that thread runs, and will look at the queues again. Guarded by the lock. */
    private boolean running;

    /** Written under the lock. */
    private volatile @Nullable CompletionChannel channel;

    private @Nullable Device channelDevice;

    private volatile boolean closed;

    /** Who is in {@link #poll} or {@link #turn}; a thread finds itself here only while it is. */
    private @Nullable Thread caller;

    private CompletionLoop(WaitStrategy strategy, LongSupplier clock, String name, boolean invoked) {
        this.strategy = strategy;
        this.clock = clock;
        this.name = name;
        this.invoked = invoked;
    }

    /**
     * Makes a loop with a thread; with {@link WaitStrategy#INVOKED} the thread starts only to {@link #drain}, and callers
     * {@link #poll} until then.
     *
     * @param clock nanoseconds, for the strategy
     */
    public static CompletionLoop threaded(WaitStrategy strategy, LongSupplier clock, String threadName) {
        return new CompletionLoop(strategy, clock, threadName, false);
    }

    /** Makes a loop without thread: the caller turns it, until nothing is left to serve. */
    public static CompletionLoop invoked(String name) {
        return new CompletionLoop(WaitStrategy.INVOKED, () -> 0, name, true);
    }

    /**
     * Makes a completion queue for connections that this loop is to serve.
     *
     * @param device the same for all queues of the loop, or another domain of its context
     * @see ConnectionQueue#create
     */
    public synchronized ConnectionQueue queue(
            Device device, ConnectionSizes sizes, int connections, int completionVector) throws IOException {
        CompletionChannel made = channel;
        if (made == null) {
            made = (CompletionChannel) device.verbs().createCompChannel(device.context());
            channel = made;
            channelDevice = device;
        }
        return ConnectionQueue.create(device, made, sizes, connections, completionVector);
    }

    /**
     * Serves a connection from now on, whose queue is of this loop.
     *
     * @throws OutOfMemoryError if the machine has no thread left; then nothing has changed
     */
    public synchronized void start(Connection connection, CompletionHandler handler) {
        if (strategy != WaitStrategy.INVOKED) {
            startThread();
        }
        connection.start(handler);
        ConnectionQueue queue = connection.queue();
        ConnectionQueue[] now = queues;
        if (!Arrays.asList(now).contains(queue)) {
            ConnectionQueue[] more = Arrays.copyOf(now, now.length + 1);
            more[now.length] = queue;
            queues = more;
            wakeup(); // it may wait for the others
        }
    }

    private void startThread() {
        if (!invoked && !running) {
            Thread made = new OwnThread(this, name);
            made.start();
            thread = made;
            running = true;
        }
    }

    private void wakeup() {
        CompletionChannel made = channel;
        if (made != null) {
            made.wakeup();
        }
    }

    /**
     * Polls once in the caller's thread; for loops with {@link WaitStrategy#INVOKED}. One caller at a time.
     *
     * @return completions handled; 0 also if the loop's thread polls
     */
    public int poll() {
        if (!poller.compareAndSet(NOBODY, CALLER)) {
            return 0;
        }
        caller = Thread.currentThread();
        try {
            return round();
        } finally {
            caller = null;
            poller.setRelease(NOBODY);
        }
    }

    /**
     * Turns an {@linkplain #invoked invoked} loop once, without waiting: polls each queue, and hands up to a batch of
     * completions to the handlers; ends what is to end.
     *
     * @param nowNs the time; a turn so far does nothing that depends on it
     * @return whether the next turn may find more to do at the same time
     */
    public boolean turn(long nowNs) {
        if (!invoked) {
            throw new IllegalStateException(name + " has a thread that turns it");
        }
        return poll() > 0;
    }

    /** Drains a connection; see {@link Connection#beginDrain}. Any thread. */
    public void drain(Connection connection) {
        connection.beginDrain();
        synchronized (this) {
            if (queues.length > 0) { // else it has left: there is nothing to drain, and nobody to tell
                startThreadIfPossible();
            }
        }
    }

    private void startThreadIfPossible() {
        try {
            startThread();
        } catch (OutOfMemoryError e) {
            LOG.error("{}: no thread drains its connections, only who polls", name, e);
        }
    }

    /**
     * Lets a connection go soon, drained or not; {@link CompletionHandler#onEnded} follows, if the loop turns. Any thread, the
     * loop's own too.
     */
    public void stop(Connection connection) {
        connection.leave();
    }

    /**
     * Waits until the loop's thread has ended, if it was ever started; an invoked loop has none to wait for.
     *
     * @return false if it still ran after the time limit, or if called on the loop itself
     */
    public boolean join(long timeoutMs) throws InterruptedException {
        Thread own = thread;
        if (own == null) {
            return !invoked || queues.length == 0;
        }
        if (Thread.currentThread() == own) {
            return false;
        }
        own.join(timeoutMs);
        return !own.isAlive();
    }

    /** Whether the caller runs on this loop: on its thread, or inside its {@link #poll} or {@link #turn}. */
    public boolean isCurrentThread() {
        Thread self = Thread.currentThread();
        return self == thread || self == caller;
    }

    @Override
    public void run() {
        int spins = 0;
        while (!poller.compareAndSet(NOBODY, THREAD)) {
            spins = Spin.pause(spins); // a caller's last poll, which may be in a callback
        }
        boolean over = false;
        while (!over) {
            try {
                serve();
                over = true;
            } catch (IOException | RuntimeException | Error e) {
                UserCode.failed(LOG, name, e);
                for (ConnectionQueue queue : queues) {
                    queue.failAll(e);
                }
            }
        }
    }

    /** Whether nothing is left to serve; then the thread ends, and the next connection starts another. */
    private synchronized boolean isOver() {
        if (queues.length > 0) {
            return false;
        }
        running = false;
        poller.setRelease(NOBODY);
        return true;
    }

    private void serve() throws IOException {
        int emptyPolls = 0;
        boolean worked = true;
        IdleTime idle = new IdleTime();
        while (true) {
            int count = round();
            if (queues.length == 0 && isOver()) {
                return;
            }
            if (count > 0) {
                emptyPolls = 0;
                worked = true;
                continue;
            }
            long now = clock.getAsLong();
            if (worked) {
                worked = false;
                idle.begin(now);
            }
            if (strategy.polls(++emptyPolls, idle.onEmptyPoll(now))) {
                strategy.relax();
            } else {
                for (ConnectionQueue queue : queues) {
                    queue.arm();
                }
                if (round() != 0) {
                    worked = true;
                } else if (queues.length > 0) {
                    await();
                }
                emptyPolls = 0;
            }
        }
    }

    /** Polls each queue once, and lets go who wants to. What goes wrong with one queue is nothing to the others. */
    private int round() {
        int count = 0;
        for (ConnectionQueue queue : queues) {
            try {
                count += visit(queue);
            } catch (Throwable e) {
                UserCode.failed(LOG, name, e);
                queue.failAll(e);
                count++;
            }
        }
        return count;
    }

    private int visit(ConnectionQueue queue) {
        int count = Math.max(0, queue.poll());
        if (queue.release()) {
            forgetIfEmpty(queue);
            queue.tellGone(); // after this it may be closed
        }
        return count;
    }

    private synchronized void forgetIfEmpty(ConnectionQueue queue) {
        if (!queue.isEmpty()) {
            return;
        }
        ConnectionQueue[] now = queues;
        if (now.length == 1) {
            queues = NONE;
            return;
        }
        ConnectionQueue[] fewer = new ConnectionQueue[now.length - 1];
        int kept = 0;
        for (ConnectionQueue other : now) {
            if (other != queue) {
                fewer[kept++] = other;
            }
        }
        queues = fewer;
    }

    /** An interrupt means nothing to this thread: then the wait is over, and the next one begins. */
    private void await() throws IOException {
        CompletionChannel made = channel;
        if (made == null) {
            return;
        }
        UserCode.left();
        try {
            made.await(-1);
        } catch (InterruptedIOException e) {
            UserCode.left();
        }
    }

    /** Destroys the channel; the loop serves nothing, and its queues are closed. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        CompletionChannel made = channel;
        Device device = channelDevice;
        if (made != null && device != null) {
            channel = null;
            channelDevice = null;
            device.verbs().destroyCompChannel(made);
        }
    }

    /** Whether it is {@linkplain #close closed}, and will serve nothing any more. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return name;
    }
}
