package io.rtrs.core.driver;

import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.work.WaitStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/**
 * The thread of a connection: polls its completion queue and calls the handler, and waits as its strategy says.
 *
 * <p>A platform daemon thread, because it may block in a native call. It ends when the connection is drained or has
 * failed, or on {@link #stop}.
 */
public final class CompletionLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CompletionLoop.class);

    private final Connection connection;
    private final CompletionHandler handler;
    private final WaitStrategy strategy;
    private final Thread thread;
    private volatile boolean stopped;

    private CompletionLoop(Connection connection, CompletionHandler handler, WaitStrategy strategy, String name) {
        this.connection = connection;
        this.handler = handler;
        this.strategy = strategy;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this);
    }

    /** Starts the loop of a connection. */
    public static CompletionLoop start(
            Connection connection, CompletionHandler handler, WaitStrategy strategy, String threadName) {
        CompletionLoop loop = new CompletionLoop(connection, handler, strategy, threadName);
        loop.thread.start();
        return loop;
    }

    /** Asks the loop to end soon, drained or not. Any thread, the loop's own too. */
    public void stop() {
        stopped = true;
        connection.channel().wakeup();
    }

    /**
     * Waits until the loop has ended.
     *
     * @return false if it still ran after the time limit, or if called on the loop itself
     */
    public boolean join(long timeoutMs) throws InterruptedException {
        if (Thread.currentThread() == thread) {
            return false;
        }
        thread.join(timeoutMs);
        return !thread.isAlive();
    }

    /** Whether the caller runs on this loop. */
    public boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void run() {
        try {
            poll();
        } catch (IOException e) {
            if (!stopped) {
                handler.onFailure(connection, "waiting for completions of con " + connection.cid() + ": " + e, 5);
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the loop of con {} ended by an unexpected error", connection.cid(), e);
            handler.onFailure(connection, "unexpected " + e, 5);
        }
    }

    private void poll() throws IOException {
        int emptyPolls = 0;
        while (!stopped) {
            int count = connection.poll(handler);
            if (count < 0) {
                return;
            }
            if (count > 0) {
                emptyPolls = 0;
            } else if (!strategy.keepPolling(++emptyPolls)) {
                connection.arm();
                if (connection.poll(handler) == 0 && !stopped) {
                    connection.channel().await(-1);
                }
                emptyPolls = 0;
            }
        }
    }
}
