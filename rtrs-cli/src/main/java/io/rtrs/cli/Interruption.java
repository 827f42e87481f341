package io.rtrs.cli;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a command in order when the user or the system ends the program: the command is told to stop, and the program waits
 * until it has closed everything and said what it did. A command that is still
 * connecting gets a few seconds for that.
 *
 * <p><b>Threading:</b> made and closed by the command's thread; stopping comes from another.
 */
final class Interruption implements AutoCloseable {
    /** What connecting may take before the program ends without it. */
    private static final long START_SECONDS = 3;

    private static final long LONGEST_SECONDS = 60;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final boolean regularEnd;
    private final Thread hook;
    private @Nullable Runnable stop;
    private boolean requested;

    /**
     * From now on the end of the program waits for {@link #close}.
     *
     * @param regularEnd whether the command ends in no other way: then the program exits with 0
     */
    Interruption(boolean regularEnd) {
        this.regularEnd = regularEnd;
        hook = Thread.ofPlatform().name("rtrs-interruption").unstarted(this::interrupt);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** How to stop what the command does from now on. */
    synchronized void stopsBy(Runnable action) {
        stop = action;
        if (requested) {
            action.run();
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
        }
    }

    private synchronized boolean canStop() {
        return stop != null;
    }

    private void interrupt() {
        try {
            request();
            boolean ended = finished.await(START_SECONDS, TimeUnit.SECONDS);
            if (!ended && canStop()) {
                ended = finished.await(LONGEST_SECONDS, TimeUnit.SECONDS);
            }
            if (ended && regularEnd) {
                Runtime.getRuntime().halt(Rtrs.OK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command is over, and has said so. */
    @Override
    public void close() {
        finished.countDown();
        if (!requested()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the program ends right now; the hook sees that we are done
            }
        }
    }
}
