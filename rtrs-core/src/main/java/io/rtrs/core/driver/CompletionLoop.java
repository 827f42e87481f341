package io.rtrs.core.driver;

import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.work.OwnThread;
import io.rtrs.core.work.Spin;
import io.rtrs.core.work.UserCode;
import io.rtrs.core.work.WaitStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The loop of a connection: polls its completion queue and calls the handler, and waits as its strategy says. It ends when
 * the connection is drained or has failed, or on {@link #stop}.
 *
 * <p><b>Threading:</b> a loop turns in a thread of its own ({@link #start}), a platform daemon because it may block in a native
 * call; or in that of whoever calls {@link #turn} on an {@linkplain #invoked invoked} one, one caller at a time.
 */
public final class CompletionLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CompletionLoop.class);

    /** Who polls now; only a loop without thread changes hands. */
    private static final int NOBODY = 0;

    private static final int CALLER = 1;
    private static final int THREAD = 2;

    private final Connection connection;
    private final CompletionHandler handler;
    private final WaitStrategy strategy;
    private final LongSupplier clock;
    private final String name;

    /** Null if the loop is invoked. */
    private final @Nullable Thread thread;

    private final AtomicInteger poller = new AtomicInteger(NOBODY);
    private volatile boolean stopped;
    private boolean started;

    /** The handler was told of the end; of who turns an invoked loop. */
    private volatile boolean endTold;

    /** An error has escaped while a caller polled: as a thread would have, this loop has ended. */
    private volatile boolean failed;

    /** Who is in {@link #poll}; a thread finds itself here only while it is. */
    private @Nullable Thread caller;

    private CompletionLoop(
            Connection connection,
            CompletionHandler handler,
            WaitStrategy strategy,
            LongSupplier clock,
            String name,
            boolean invoked) {
        this.connection = connection;
        this.handler = handler;
        this.strategy = strategy;
        this.clock = clock;
        this.name = name;
        this.thread = invoked ? null : new OwnThread(this, name);
    }

    /**
     * Starts the loop of a connection; with {@link WaitStrategy#INVOKED} its thread starts only to {@link #drain}.
     *
     * @param clock nanoseconds, for the strategy
     */
    public static CompletionLoop start(
            Connection connection,
            CompletionHandler handler,
            WaitStrategy strategy,
            LongSupplier clock,
            String threadName) {
        CompletionLoop loop = new CompletionLoop(connection, handler, strategy, clock, threadName, false);
        if (strategy != WaitStrategy.INVOKED) {
            loop.startThread();
        }
        return loop;
    }

    /** Makes a loop without thread: the caller turns it, until it has ended. */
    public static CompletionLoop invoked(Connection connection, CompletionHandler handler, String name) {
        return new CompletionLoop(connection, handler, WaitStrategy.INVOKED, () -> 0, name, true);
    }

    private synchronized void startThread() {
        if (thread != null && !started) {
            thread.start();
            started = true; // unless the machine has no thread left
        }
    }

    /**
     * Polls once in the caller's thread; for loops with {@link WaitStrategy#INVOKED}. One caller at a time.
     *
     * @return completions handled; 0 also if the loop's thread polls, or if an error escaped; negative if the connection failed
     */
    public int poll() {
        if (!poller.compareAndSet(NOBODY, CALLER)) {
            return 0;
        }
        caller = Thread.currentThread();
        try {
            return failed ? 0 : connection.poll(handler);
        } catch (RuntimeException | Error e) {
            onUnexpected(e);
            return 0;
        } finally {
            caller = null;
            poller.setRelease(NOBODY);
        }
    }

    /**
     * Turns an {@linkplain #invoked invoked} loop once, without waiting: polls, and hands up to a batch of completions to the
     * handler; where the loop is to end, ends it.
     *
     * @param nowNs the time; a turn so far does nothing that depends on it
     * @return whether the next turn may find more to do at the same time
     */
    public boolean turn(long nowNs) {
        if (thread != null) {
            throw new IllegalStateException(name + " has a thread that turns it");
        }
        if (endTold) {
            return false;
        }
        int count = stopped ? 0 : poll();
        if (stopped || failed || count < 0) {
            endTold = true;
            handler.onEnded(connection);
            return false;
        }
        return count > 0;
    }

    /** Drains the connection; see {@link Connection#beginDrain}. */
    public void drain() {
        connection.beginDrain();
        startThread();
    }

    /** Asks the loop to end soon, drained or not. Any thread, the loop's own too. */
    public void stop() {
        stopped = true;
        connection.channel().wakeup();
    }

    /**
     * Waits until the loop's thread has ended, if it was ever started; an invoked loop has none to wait for.
     *
     * @return false if it still ran after the time limit, or if called on the loop itself
     */
    public boolean join(long timeoutMs) throws InterruptedException {
        Thread own = thread;
        if (Thread.currentThread() == own) {
            return false;
        }
        synchronized (this) {
            if (own == null || !started) {
                return own != null || endTold;
            }
        }
        own.join(timeoutMs);
        return !own.isAlive();
    }

    /** Whether the caller runs on this loop: on its thread, or inside its {@link #poll}. */
    public boolean isCurrentThread() {
        Thread self = Thread.currentThread();
        return self == thread || self == caller;
    }

    @Override
    public void run() {
        try {
            runUntilStopped();
        } finally {
            handler.onEnded(connection);
        }
    }

    private void runUntilStopped() {
        int spins = 0;
        while (!poller.compareAndSet(NOBODY, THREAD)) {
            spins = Spin.pause(spins); // a caller's last poll, which may be in a callback
        }
        try {
            if (!failed) {
                pollUntilStopped();
            }
        } catch (IOException e) {
            if (!stopped) {
                handler.onFailure(connection, "waiting for completions of con " + connection.cid() + ": " + e, 5);
            }
        } catch (RuntimeException | Error e) {
            onUnexpected(e);
        }
    }

    /** What was polled with the completion that failed is not handled: the end of the path calls back what is open. */
    private void onUnexpected(Throwable e) {
        failed = true;
        UserCode.failed(LOG, "the loop of con " + connection.cid(), e);
        handler.onFailure(connection, "unexpected " + e.getClass().getName(), 5);
    }

    private void pollUntilStopped() throws IOException {
        int emptyPolls = 0;
        boolean worked = true;
        long workedNs = 0; // once it has been idle
        while (!stopped) {
            int count = connection.poll(handler);
            if (count < 0) {
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
                workedNs = now;
            }
            if (strategy.polls(++emptyPolls, now - workedNs)) {
                strategy.relax();
            } else {
                connection.arm();
                if (connection.poll(handler) != 0) {
                    worked = true;
                } else if (!stopped) {
                    await();
                }
                emptyPolls = 0;
            }
        }
    }

    /** An interrupt means nothing to this thread: then the wait is over, and the next one begins. */
    private void await() throws IOException {
        UserCode.left();
        try {
            connection.channel().await(-1);
        } catch (InterruptedIOException e) {
            UserCode.left();
        }
    }
}
