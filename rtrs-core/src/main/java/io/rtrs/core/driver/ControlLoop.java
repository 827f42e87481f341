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
 * Owns the control state of a client session or of a server: it takes connection-manager events, tasks of other threads and
 * deadlines, one at a time.
 *
 * <p>All that happens rarely happens here: establishment, heartbeats, recovery, closing. So that state has one owner and
 * needs no lock. Events are acknowledged before the handler sees them: a {@link CmEvent} owns all it carries.
 *
 * <p><b>Threading:</b> a loop turns in a thread of its own ({@link #start}), or in that of whoever calls {@link #turn} on an
 * {@linkplain #invoked invoked} one, one caller at a time.
 */
public final class ControlLoop implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
    private static final int MAX_WAIT_MS = 60_000;

    private final ExtendedCm cm;
    private final RdmaEventChannel channel;
    private final ControlHandler handler;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Ambient ambient;
    private final String name;

    /** Null if the loop is invoked. */
    private final @Nullable Thread thread;

    /** Who turns an invoked loop now. */
    private volatile @Nullable Thread turning;

    private volatile boolean stopped;

    // The loop's own: the event channel is of no use any more.
    private boolean failed;

    private ControlLoop(ExtendedCm cm, ControlHandler handler, Ambient ambient, String name, boolean invoked)
            throws IOException {
        this.cm = cm;
        this.channel = cm.createEventChannel();
        this.handler = handler;
        this.ambient = ambient;
        this.name = name;
        this.thread = invoked ? null : new OwnThread(this, name);
    }

    /** Opens an event channel and starts a thread that turns the loop. */
    public static ControlLoop start(VerbsProvider provider, ControlHandler handler, Ambient ambient, String name)
            throws IOException {
        ControlLoop loop = new ControlLoop(provider.cm(), handler, ambient, name, false);
        if (loop.thread != null) {
            loop.thread.start();
        }
        return loop;
    }

    /** Opens an event channel; the caller turns the loop, until after it has closed it. */
    public static ControlLoop invoked(VerbsProvider provider, ControlHandler handler, Ambient ambient, String name)
            throws IOException {
        return new ControlLoop(provider.cm(), handler, ambient, name, true);
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
        if (thread != null) { // an invoked loop does not wait
            cm.wakeup(channel);
            LockSupport.unpark(thread);
        }
    }

    /** Whether the caller runs on this loop. */
    public boolean isCurrentThread() {
        Thread self = Thread.currentThread();
        return self == thread || self == turning;
    }

    /** Turns the loop until it is closed; its own thread's. */
    @Override
    public void run() {
        while (!stopped) {
            guardedTurn(ambient.nowNs(), true);
        }
    }

    /**
     * Turns an {@linkplain #invoked invoked} loop once, without waiting: runs the tasks that are there, tells the handler the
     * time, and takes one event.
     *
     * @param nowNs what the handler is told, on the clock of the loop's {@link Ambient}
     * @return whether the next turn may find more to do at the same time
     */
    public boolean turn(long nowNs) {
        if (thread != null) {
            throw new IllegalStateException(name + " has a thread that turns it");
        }
        turning = Thread.currentThread();
        try {
            return !stopped && guardedTurn(nowNs, false);
        } finally {
            turning = null;
        }
    }

    private boolean guardedTurn(long nowNs, boolean waits) {
        try {
            return turn(nowNs, waits);
        } catch (RuntimeException | Error e) {
            UserCode.failed(LOG, name + ": a control task", e);
        } catch (InterruptedIOException e) {
            UserCode.left(); // an interrupt means nothing to this thread
        } catch (IOException e) {
            onFailed(e);
        }
        return true;
    }

    private void onFailed(IOException why) {
        LOG.error("{}: the event channel failed", name, why);
        failed = true;
        try {
            handler.onLoopFailed(why);
        } catch (RuntimeException | Error e) {
            UserCode.failed(LOG, name + ": closing after that", e);
        }
    }

    private boolean turn(long nowNs, boolean waits) throws IOException {
        for (Runnable task = tasks.poll(); task != null && !stopped; task = tasks.poll()) {
            task.run();
        }
        if (stopped) {
            return false;
        }
        handler.onTick(nowNs);
        if (!tasks.isEmpty()) {
            return true;
        }
        UserCode.left();
        int waitMs = waits ? waitMs() : 0;
        if (failed) {
            if (waits) {
                // A task that comes now has left a permit, so this returns at once.
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(waitMs));
            }
            return false;
        }
        CmEvent event = (CmEvent) cm.getCmEvent(channel, waitMs);
        if (event == null) {
            return false;
        }
        @SuppressWarnings("unused") // acknowledging an event of rdma_cm cannot fail in a way we could mend
        int acked = cm.ackCmEvent(event);
        handler.onCmEvent(event, waits ? ambient.nowNs() : nowNs);
        return true;
    }

    private int waitMs() {
        long deadlineNs = handler.nextDeadlineNs();
        if (deadlineNs == ControlHandler.NO_DEADLINE) {
            return MAX_WAIT_MS;
        }
        long waitNs = deadlineNs - ambient.nowNs();
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
