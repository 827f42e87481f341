package io.rtrs.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends a command in order when the user or the system ends the program: the command is told to stop, and the program waits
 * until it has closed everything and said what it did. One that is asked while it still makes itself ready says so at once,
 * and ends at once if nothing is open; a connection on its way gets a moment.
 *
 * <p><b>Threading:</b> made and closed by the command's thread; stopping comes from another.
 */
final class Interruption implements AutoCloseable {
    /** What connecting may take before the program ends without it. */
    private static final long START_MS = 1000;

    private static final long LONGEST_SECONDS = 60;

    /** The one of the command that runs; there is one at most. */
    private static final AtomicReference<@Nullable Interruption> CURRENT = new AtomicReference<>();

    private final CountDownLatch finished = new CountDownLatch(1);
    private final boolean regularEnd;
    private final CommandSpec spec;
    private final Thread hook;
    private @Nullable Runnable stop;
    private boolean opens;
    private boolean ends;
    private boolean requested;
    private volatile int exit = Rtrs.FAILED;

    /**
     * From now on the end of the program waits for {@link #close}, and if it was asked for before that, for
     * {@link #programEnds}.
     *
     * @param regularEnd whether the command ends in no other way: then its exit code is the program's
     */
    Interruption(boolean regularEnd, CommandSpec spec) {
        this.regularEnd = regularEnd;
        this.spec = spec;
        hook = Thread.ofPlatform().name("rtrs-interruption").unstarted(this::interrupt);
        CURRENT.set(this);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The command has said all that it had to say; if the program is asked to end, it does now. */
    static void programEnds(int exit) {
        Interruption current = CURRENT.get();
        if (current != null) {
            current.exit = exit;
            current.finished.countDown();
        }
    }

    /** The command was asked to end before it began, which has been said. */
    static final class BeforeTheStart extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private BeforeTheStart() {
            super("interrupted");
        }
    }

    /** From now on something may be open that should be closed. */
    synchronized void opens() {
        endsIfRequested();
        opens = true;
    }

    /**
     * How to stop what the command does from now on.
     *
     * @throws BeforeTheStart if the program shall end already, unless this is how the command ends anyhow
     */
    synchronized void stopsBy(Runnable action) {
        if (regularEnd && requested) {
            action.run();
        }
        endsIfRequested();
        stop = action;
    }

    private void endsIfRequested() {
        ends = requested;
        if (requested && !regularEnd) {
            throw new BeforeTheStart();
        }
    }

    /** Whether the program shall end. */
    synchronized boolean requested() {
        return requested;
    }

    /** Stops the command now, or as soon as it can be stopped. */
    private synchronized void request() {
        requested = true;
        if (stop != null) {
            stop.run();
        } else if (!regularEnd) {
            spec.commandLine().getErr().println(spec.qualifiedName() + ": interrupted");
            spec.commandLine().getErr().flush();
        }
    }

    /** Whether the command is about to end; if not, it may never get so far. */
    private synchronized boolean ends() {
        return stop != null || ends;
    }

    private synchronized long startMs() {
        return opens ? START_MS : 0;
    }

    private void interrupt() {
        try {
            request();
            boolean ended = finished.await(startMs(), TimeUnit.MILLISECONDS);
            if (!ended && ends()) {
                ended = finished.await(LONGEST_SECONDS, TimeUnit.SECONDS);
            }
            if (ended && regularEnd) {
                Runtime.getRuntime().halt(exit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command is over. */
    @Override
    public void close() {
        if (requested()) {
            return; // the hook waits until the program has said how it ended
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            CURRENT.compareAndSet(this, null);
        } catch (IllegalStateException e) {
            // the program ends right now, and the hook waits
        }
    }
}
