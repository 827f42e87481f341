package io.rtrs.client.driver;

import io.rtrs.core.work.UserCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Calls back what has ended with a path, or in want of one: each group in a thread of its own, since callbacks may block; and
 * then goes on on the control thread. Each is called back once, and what follows is done once, though the machine has no
 * thread left, or no memory for a task: then the control thread does it with its next tick.
 *
 * <p><b>Threading:</b> the control thread's, but for {@link #isCallingHere}.
 */
final class Endings<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);

    private final Consumer<T> callback;
    private final Consumer<Runnable> threads;
    private final Consumer<Runnable> control;
    private final Runnable onOver;
    private final Runnable settle = this::settle;

    /** Threads that call back now. */
    private final Set<Thread> callers = ConcurrentHashMap.newKeySet();

    // Linked, so that keeping one more cannot fail.
    private @Nullable Ending first;
    private @Nullable Ending last;

    /** There is one that no thread has taken. */
    private boolean late;

    /** Some that have ended together. */
    private final class Ending implements Runnable {
        private final List<T> due;
        private final Runnable then;
        private final AtomicBoolean begun = new AtomicBoolean();

        /** All are called back. */
        private volatile boolean over;

        // The control thread's.
        private boolean untaken;
        private @Nullable Ending next;

        Ending(List<T> due, Runnable then) {
            this.due = due;
            this.then = then;
        }

        @Override
        public void run() {
            if (!begun.compareAndSet(false, true)) {
                return;
            }
            callEach(due);
            over = true;
            try {
                control.accept(settle);
            } catch (RuntimeException | Error e) { // the next tick finds it
                UserCode.failed(LOG, "telling the control thread what was called back", e);
            }
        }
    }

    /**
     * Nothing has ended.
     *
     * @param callback makes one callback
     * @param threads runs a task in a thread of its own, or throws
     * @param control runs a task on the control thread, soon, or throws; any thread
     * @param onOver told on the control thread whenever there is one less under way
     */
    Endings(Consumer<T> callback, Consumer<Runnable> threads, Consumer<Runnable> control, Runnable onOver) {
        this.callback = callback;
        this.threads = threads;
        this.control = control;
        this.onOver = onOver;
    }

    /**
     * Calls back what is due, and then does something on the control thread; that at once if nothing is due.
     *
     * @param due not changed any more
     */
    void callBack(List<T> due, Runnable then) {
        if (due.isEmpty()) {
            then.run();
            return;
        }
        Ending ending;
        try {
            ending = new Ending(due, then);
        } catch (OutOfMemoryError e) { // so it has to be now
            UserCode.failed(LOG, "leaving to another thread what has ended", e);
            callEach(due);
            then.run();
            return;
        }
        add(ending);
        try {
            threads.accept(ending);
        } catch (RuntimeException | Error e) {
            ending.untaken = true;
            late = true;
            UserCode.failed(
                    LOG, "starting a thread that calls back what has ended, as the control thread does now,", e);
        }
    }

    private void add(Ending ending) {
        Ending before = last;
        if (before == null) {
            first = ending;
        } else {
            before.next = ending;
        }
        last = ending;
    }

    /** One that fails keeps no other from being told. */
    private void callEach(List<T> due) {
        Thread self = Thread.currentThread();
        try {
            callers.add(self);
        } catch (OutOfMemoryError e) { // so a callback that waits for the session is not told that it must not
            UserCode.failed(LOG, "noting the thread that calls back", e);
        }
        for (int i = 0; i < due.size(); i++) {
            try {
                callback.accept(due.get(i));
            } catch (Throwable e) {
                UserCode.failed(LOG, "calling back what has ended", e);
            }
        }
        callers.remove(self);
    }

    /** Does what no thread has taken, and goes on with what is over though nobody could say so. */
    void onTick() {
        if (late) {
            late = false;
            for (Ending one = first; one != null; one = one.next) {
                if (one.untaken) {
                    one.untaken = false;
                    one.run();
                }
            }
        }
        settle();
    }

    private void settle() {
        for (Ending one = takeOver(); one != null; one = takeOver()) {
            try {
                one.then.run();
            } catch (RuntimeException | Error e) {
                UserCode.failed(LOG, "what follows callbacks", e);
            }
            onOver.run();
        }
    }

    /** The first that is over, which is not under way any more. */
    private @Nullable Ending takeOver() {
        Ending before = null;
        for (Ending one = first; one != null; one = one.next) {
            if (one.over) {
                if (before == null) {
                    first = one.next;
                } else {
                    before.next = one.next;
                }
                if (last == one) {
                    last = before;
                }
                return one;
            }
            before = one;
        }
        return null;
    }

    /** Whether something is being called back, or what follows is not done yet. */
    boolean isAny() {
        return first != null;
    }

    /** Whether a tick is to come at once. */
    boolean isLate() {
        return late;
    }

    /** Whether the caller's thread is one that calls back; any thread. */
    boolean isCallingHere() {
        return callers.contains(Thread.currentThread());
    }
}
