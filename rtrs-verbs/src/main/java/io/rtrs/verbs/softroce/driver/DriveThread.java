package io.rtrs.verbs.softroce.driver;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Leads a drive when no thread of the application does, so that connection management, timers and answers go on in idle and
 * in busy applications.
 *
 * <p>While others drive, it looks every two milliseconds whether they still do, and takes over within three looks; a poller's
 * turn, or his handling of completions, may take so long. While another leads and nothing happens, it sleeps until that one
 * leaves.
 */
final class DriveThread implements Runnable, Lead.Candidate {
    private static final Logger LOG = LoggerFactory.getLogger(DriveThread.class);
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Ticks without any event before it leads. */
    private static final int PATIENCE = 1;

    /** Ticks without any event before it sleeps. */
    private static final int QUIET_TICKS = 8;

    private final Drive drive;
    private final BooleanSupplier unneeded;
    private final BooleanSupplier closer;
    private final Thread thread;
    private volatile boolean asleep;

    private DriveThread(Drive drive, BooleanSupplier unneeded, BooleanSupplier closer) {
        this.drive = drive;
        this.unneeded = unneeded;
        this.closer = closer;
        this.thread =
                Thread.ofPlatform().daemon().name("rtrs-softroce-" + drive).unstarted(this);
    }

    /**
     * Starts one.
     *
     * @param unneeded whether it may be closed
     * @param closer closes it, unless it is needed; the thread ends when it is closed
     */
    static void start(Drive drive, BooleanSupplier unneeded, BooleanSupplier closer) {
        DriveThread made = new DriveThread(drive, unneeded, closer);
        drive.attach(made);
        made.thread.start();
    }

    /** A leader has left, and nobody else wants to lead. */
    @Override
    public void chosen() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    /** The drive may be closed. */
    void look() {
        drive.wakeLeader();
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        BooleanSupplier over = () -> drive.lead().isWanted() || unneeded.getAsBoolean();
        long seen = drive.receptions();
        int quiet = PATIENCE;
        while (!closer.getAsBoolean()) {
            if (quiet >= PATIENCE && drive.receptions() == seen && drive.lead().takeUnwanted(this)) {
                lead(over);
                quiet = 0;
            }
            long now = drive.receptions();
            quiet = now == seen ? quiet + 1 : 0;
            seen = now;
            if (quiet > QUIET_TICKS && drive.lead().isTaken()) {
                sleep();
                quiet = 0;
            } else {
                LockSupport.parkNanos(this, TICK_NS);
            }
        }
    }

    private void lead(BooleanSupplier over) {
        try {
            boolean othersDrive = false;
            while (!othersDrive && !over.getAsBoolean()) {
                othersDrive = drive.driveAndSleep(over, false, 0);
            }
        } catch (Exception | Error e) {
            LOG.error("{}: driving failed", drive, e);
        } finally {
            drive.lead().leave();
        }
    }

    private void sleep() {
        asleep = true;
        if (drive.lead().isTaken()) {
            LockSupport.park(this);
        }
        asleep = false;
    }
}
