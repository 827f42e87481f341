package io.rtrs.core.driver;

import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.core.work.OwnThread;
import io.rtrs.core.work.UserCode;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that owns the control state of a client session or of a server: it takes connection-manager events, tasks of
 * other threads and deadlines, one at a time.
 *
 * <p>All that happens rarely happens here: establishment, heartbeats, recovery, closing. So that state has one owner and
 * needs no lock. Events are acknowledged before the handler sees them: a {@link CmEvent} owns all it carries.
 */
public final class ControlLoop implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    private static final int MAX_WAIT_MS = 60_000;

    private final ExtendedCm cm;
    private final RdmaEventChannel channel;
    private final ControlHandler handler;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean stopped;

    // The loop's own: the event channel is of no use any more.
    private boolean failed;

    private ControlLoop(ExtendedCm cm, RdmaEventChannel channel, ControlHandler handler, String name) {
        this.cm = cm;
        this.channel = channel;
        this.handler = handler;
        this.thread = new OwnThread(this, name);
    }

    /** Opens an event channel and starts the thread. */
    public static ControlLoop start(VerbsProvider provider, ControlHandler handler, String threadName)
            throws IOException {
        ExtendedCm cm = provider.cm();
        ControlLoop loop = new ControlLoop(cm, cm.createEventChannel(), handler, threadName);
        loop.thread.start();
        return loop;
    }

    /** The event channel for the cm ids that this loop drives. */
    public RdmaEventChannel channel() {
        return channel;
    }

    /** Runs a task on the loop, after those given before. Any thread. Tasks given after {@link #close} never run. */
    public void execute(Runnable task) {
        tasks.add(task);
        if (!isCurrentThread()) {
            wakeup();
        }
    }

    private void wakeup() {
        cm.wakeup(channel);
        LockSupport.unpark(thread);
    }

    /** Whether the caller runs on this loop. */
    public boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** The loop's clock: nanoseconds, compare by subtraction. */
    public static long nowNs() {
        return System.nanoTime();
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                turn();
            } catch (RuntimeException | Error e) {
                UserCode.failed(LOG, thread.getName() + ": a control task", e);
            } catch (InterruptedIOException e) {
                UserCode.left(); // an interrupt means nothing to this thread
            } catch (IOException e) {
                onFailed(e);
            }
        }
    }

    private void onFailed(IOException why) {
        LOG.error("{}: the event channel failed", thread.getName(), why);
        failed = true;
        try {
            handler.onLoopFailed(why);
        } catch (RuntimeException | Error e) {
            UserCode.failed(LOG, thread.getName() + ": closing after that", e);
        }
    }

    private void turn() throws IOException {
        for (Runnable task = tasks.poll(); task != null && !stopped; task = tasks.poll()) {
            task.run();
        }
        if (stopped) {
            return;
        }
        handler.onTick(nowNs());
        if (!tasks.isEmpty()) {
            return;
        }
        UserCode.left();
        if (failed) {
            // A task that comes now has left a permit, so this returns at once.
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(waitMs()));
            return;
        }
        CmEvent event = (CmEvent) cm.getCmEvent(channel, waitMs());
        if (event != null) {
            @SuppressWarnings("unused") // acknowledging an event of rdma_cm cannot fail in a way we could mend
            int acked = cm.ackCmEvent(event);
            handler.onCmEvent(event, nowNs());
        }
    }

    private int waitMs() {
        long deadlineNs = handler.nextDeadlineNs();
        if (deadlineNs == ControlHandler.NO_DEADLINE) {
            return MAX_WAIT_MS;
        }
        long waitNs = deadlineNs - nowNs();
        if (waitNs <= 0) {
            return 0;
        }
        // Rounded up: waking a little late is right, waking a little early would spin.
        return (int) Math.min(MAX_WAIT_MS, TimeUnit.NANOSECONDS.toMillis(waitNs) + 1);
    }

    /** Ends the thread, after the task that runs now, and destroys the event channel; its ids are gone already. */
    @Override
    public void close() throws IOException {
        stopped = true;
        wakeup();
        if (!isCurrentThread()) {
            joinUninterruptibly(thread);
        }
        cm.destroyEventChannel(channel);
    }

    private static void joinUninterruptibly(@Nullable Thread thread) {
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
