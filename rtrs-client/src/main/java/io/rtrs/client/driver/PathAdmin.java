package io.rtrs.client.driver;

import io.rtrs.client.path.Path;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What people ask of the paths of a session that is open (spec/rtrs.md 10.3): the control thread does it, one thing after the
 * other, and tells.
 *
 * <p><b>Threading:</b> any thread asks. Each result is completed on the control thread, always: at the latest when the session
 * ends.
 */
public final class PathAdmin {
    /** What the control thread can do. */
    interface Paths {
        /** Runs a task on the control thread. */
        void execute(Runnable task);

        /**
         * Makes a path, and starts to connect it.
         *
         * @throws RtrsException if the session cannot have it, or is closed
         */
        void add(PathAddress address, CompletableFuture<Path> done) throws RtrsException;

        /**
         * The driver of a path.
         *
         * @throws RtrsException if it is none of the session's, or the session is closed
         */
        PathDriver driverOf(Path path) throws RtrsException;

        /** Takes a closed path from the session. */
        void remove(PathDriver driver);

        /** How many attempts to reconnect there may be from now on. */
        void attemptsMax(int attempts);

        /** The time. */
        long nowNs();
    }

    /** One thing to do. */
    private interface Task<T> {
        void run(CompletableFuture<T> done) throws RtrsException;
    }

    private final Paths paths;
    private final Set<Asked<?>> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /** Something that was asked; one of its kind, which a future need not be. */
    private static final class Asked<T> {
        private final CompletableFuture<T> done = new CompletableFuture<>();
    }

    PathAdmin(Paths paths) {
        this.paths = paths;
    }

    /** Adds a path; completed when it is up, exceptionally if it did not come up: then it is gone again. */
    public CompletableFuture<Path> add(PathAddress address) {
        return ask(done -> paths.add(address, done));
    }

    /** Closes a path; completed when it is closed. */
    public CompletableFuture<Void> disconnect(Path path) {
        return ask(done -> paths.driverOf(path).disconnect(done, paths.nowNs()));
    }

    /** Connects a path anew; completed when it is up, exceptionally when an attempt has failed. */
    public CompletableFuture<Void> reconnect(Path path) {
        return ask(done -> paths.driverOf(path).reconnect(done, paths.nowNs()));
    }

    /** Closes a path and removes it. */
    public CompletableFuture<Void> remove(Path path) {
        return ask(done -> {
            PathDriver driver = paths.driverOf(path);
            CompletableFuture<Void> closed = new CompletableFuture<>();
            @SuppressWarnings("unused") // told through done
            CompletableFuture<Void> ignored = closed.thenRun(() -> {
                paths.remove(driver);
                done.complete(null);
            });
            driver.disconnect(closed, paths.nowNs());
        });
    }

    /** How many attempts to reconnect there may be from now on; −1 for no limit. */
    public CompletableFuture<Void> attemptsMax(int attempts) {
        return ask(done -> {
            paths.attemptsMax(attempts);
            done.complete(null);
        });
    }

    private <T> CompletableFuture<T> ask(Task<T> task) {
        Asked<T> asked = new Asked<>();
        CompletableFuture<T> done = asked.done;
        pending.add(asked);
        @SuppressWarnings("unused") // bookkeeping
        CompletableFuture<T> ignored = done.whenComplete((value, failure) -> pending.remove(asked));
        if (ended) { // looked at after it was added: whoever ends sees it, or we see the end
            done.completeExceptionally(over());
        } else {
            paths.execute(() -> run(task, done));
        }
        return done;
    }

    private static <T> void run(Task<T> task, CompletableFuture<T> done) {
        try {
            task.run(done);
        } catch (RtrsException | RuntimeException | Error e) {
            done.completeExceptionally(e);
        }
    }

    /** The control thread ends: what it was still asked fails. */
    void end() {
        ended = true;
        pending.forEach(asked -> asked.done.completeExceptionally(over()));
    }

    private static RtrsException over() {
        return new RtrsException(Errno.ESHUTDOWN, "the session is closed");
    }
}
