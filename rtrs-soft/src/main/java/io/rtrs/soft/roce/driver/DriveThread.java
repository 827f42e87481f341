package io.rtrs.soft.roce.driver;

import io.rtrs.verbs.LogBudget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Leads a drive when no thread of the application does, so that connection management, timers and answers go on in idle and
 * in busy applications; {@link Watch} says when.
 */
final class DriveThread implements Runnable, Lead.Candidate {
    private static final Logger LOG = LoggerFactory.getLogger(DriveThread.class);

    private static final long SHORTEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final Drive drive;
    private final BooleanSupplier unneeded;
    private final BooleanSupplier closer;
    private final Thread thread;
    private final LogBudget lines = new LogBudget();
    private long pauseNs = SHORTEST_PAUSE_NS;
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
    public boolean chosen() {
        boolean wakes = asleep;
        if (wakes) {
            LockSupport.unpark(thread);
        }
        return wakes;
    }

    /** The drive may be closed. */
    void look() {
        drive.wakeLeader();
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        BooleanSupplier over = () -> drive.lead().isWanted() || unneeded.getAsBoolean();
        Watch watch = new Watch();
        while (!isOver()) {
            boolean taken = drive.lead().isTaken();
            switch (watch.next(drive.receptions(), taken, drive.nextDeadlineNs(), drive.nowNs())) {
                case LEAD -> {
                    if (drive.lead().takeUnwanted(this)) {
                        lead(over);
                    }
                    watch.restart(drive.receptions(), drive.nowNs());
                }
                case ATTEND -> attend();
                case SLEEP -> {
                    sleep();
                    watch.restart(drive.receptions(), drive.nowNs());
                }
                case WAIT -> LockSupport.parkNanos(this, watch.waitNs());
            }
        }
    }

    private void lead(BooleanSupplier over) {
        try {
            driveAndLeave(over);
            pauseNs = SHORTEST_PAUSE_NS;
        } catch (Exception | Error e) {
            rest(e);
        }
    }

    private void driveAndLeave(BooleanSupplier over) throws Exception {
        try {
            boolean othersDrive = false;
            while (!othersDrive && !over.getAsBoolean()) {
                othersDrive = drive.driveAndSleep(over, false, 0);
            }
        } finally {
            drive.lead().leave();
        }
    }

    /** What fails may fail again at once: it neither fills a disk nor takes a processor. */
    private void rest(Throwable failed) {
        if (lines.take(drive.nowNs())) {
            LOG.error("{}: driving failed", drive, failed);
        }
        LockSupport.parkNanos(this, pauseNs);
        pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
    }

    private void attend() {
        try {
            drive.attend();
        } catch (RuntimeException | Error e) {
            rest(e);
        }
    }

    private boolean isOver() {
        try {
            return closer.getAsBoolean();
        } catch (RuntimeException | Error e) {
            rest(e);
            return false;
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
