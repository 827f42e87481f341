package io.rtrs.core.driver;

import io.rtrs.core.work.UserCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Makes calls of code of the user one after the other, in their order, where they hold up nothing else: in a thread of
 * the {@link Crew} that there is only while there are calls to make. Where no thread is to be had, the fallback makes
 * them.
 *
 * <p><b>Threading:</b> any thread. <b>Bound:</b> the caller's, by {@link #cancelLast} or by what it asks for.
 */
public final class UserCalls {
    private static final Logger LOG = LoggerFactory.getLogger(UserCalls.class);

    private final Crew crew;
    private final String name;
    private final Executor fallback;
    private final Runnable onIdle;

    // Guarded by this.
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean ended;

    /** Who makes a call now. */
    private volatile @Nullable Thread caller;

    /**
     * Makes it, with nothing to call.
     *
     * @param name of the thread, and for messages
     * @param fallback makes the calls where the machine has no thread left
     * @param onIdle run in the calling thread when the last call that was asked for has returned, before {@link
     *     #isIdle} says so: it must not wait for anything
     */
    public UserCalls(Crew crew, String name, Executor fallback, Runnable onIdle) {
        this.crew = crew;
        this.name = name;
        this.fallback = fallback;
        this.onIdle = onIdle;
    }

    /** Makes a call after those that were asked for before; none behind {@link #end}. */
    public void add(Runnable call) {
        synchronized (this) {
            if (ended) {
                return;
            }
            waiting.addLast(call);
            if (busy) {
                return;
            }
            busy = true;
        }
        try {
            crew.run(this::callAll, name);
        } catch (RuntimeException | Error e) { // the machine has no thread left
            LOG.error("{}: no thread calls the listener, so the control thread does", name, e);
            fallback.execute(this::callAll);
        }
    }

    /** Takes back a call that has not begun; false if it has, or there is none such. */
    public synchronized boolean cancel(Runnable call) {
        return waiting.remove(call);
    }

    /** Takes back the call that was asked for last, if so many wait; false if they are fewer. */
    public synchronized boolean cancelLast(int atLeast) {
        return waiting.size() >= atLeast && waiting.pollLast() != null;
    }

    /**
     * No call begins any more, but for one that its thread has taken already, and perhaps not yet entered.
     *
     * @return how many are not made because of that
     */
    public synchronized int end() {
        ended = true;
        int left = waiting.size();
        waiting.clear();
        return left;
    }

    /** Whether every call that was asked for has returned. */
    public synchronized boolean isIdle() {
        return !busy;
    }

    /** Whether this thread is in one of the calls. */
    public boolean isCurrentThread() {
        return caller == Thread.currentThread();
    }

    private void callAll() {
        caller = Thread.currentThread();
        for (Runnable call = next(); call != null; call = next()) {
            try {
                call.run();
            } catch (Throwable e) {
                UserCode.failed(LOG, name, e);
            } finally {
                UserCode.left();
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable call = waiting.pollFirst();
        if (call == null) {
            busy = false;
            caller = null;
            onIdle.run(); // under the lock: who sees that this is idle sees also that its thread has told so
        }
        return call;
    }
}
