package io.rtrs.soft.roce.driver;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.soft.completion.Channel;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A completion channel whose waiter drives: he leads the drive of the first queue pair that reports here, or is in line while
 * another leads.
 */
final class SoftChannel extends Channel implements Lead.Candidate {
    /** How long he leaves the socket to somebody who polls, at first; doubled as long as that one goes on. */
    private static final long SHORTEST_PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Who polls without pause looks at the socket more often than this in the shortest pause. */
    private static final int LOOKS_OF_A_SPINNER = 8;

    private final Drives drives = new Drives();
    private final BooleanSupplier over = this::ready;
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Drive led;

    /** The lead is his to take. */
    private volatile boolean chosen;

    // The waiter's.
    /** Where he is in line, perhaps. */
    private @Nullable Drive wanted;

    /** How long he leaves the socket to others; 0: not at all. */
    private long pauseNs;

    private long receptionsAtPause;

    SoftChannel(IbvContext device, VerbsProvider provider) throws IOException {
        super(device, provider);
    }

    /** The drives of the queue pairs that report here. */
    Drives drives() {
        return drives;
    }

    @Override
    protected void sleep(long timeoutNs) throws IOException {
        if (timeoutNs == 0) {
            drives.receive();
            return;
        }
        if (ready()) {
            return;
        }
        boolean limited = timeoutNs > 0;
        long untilNs = limited ? System.nanoTime() + timeoutNs : 0;
        pauseNs = 0;
        waiter = Thread.currentThread();
        try {
            while (!ready() && !(limited && untilNs - System.nanoTime() <= 0)) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("interrupted while waiting for a completion event");
                }
                step(limited, untilNs);
            }
        } finally {
            waiter = null;
            want(null);
        }
    }

    private void step(boolean limited, long untilNs) throws IOException {
        Drive drive = drives.first();
        if (drive == null || drive.isClosed()) {
            want(null);
            park(limited, untilNs, 0);
            return;
        }
        want(drive);
        if (chosen) {
            chosen = false;
            pauseNs = 0;
        }
        if (pauseNs != 0 && othersDriveStill(drive)) {
            park(limited, untilNs, pauseNs);
        } else if (drive.lead().takeOrLineUp(this)) {
            if (lead(drive, limited, untilNs) && !ready()) {
                drive.lead().lineUp(this);
                pauseNs = SHORTEST_PAUSE_NS;
                receptionsAtPause = drive.receptions();
                park(limited, untilNs, pauseNs);
            }
        } else {
            park(limited, untilNs, 0);
        }
    }

    /** Stands in line at this drive alone, if he has to. */
    private void want(@Nullable Drive drive) {
        Drive before = wanted;
        wanted = drive;
        if (before != null && before != drive) {
            before.lead().leaveLine(this);
        }
    }

    /** A spinner, say: he is not disturbed, and brings what comes for this channel. */
    private boolean othersDriveStill(Drive drive) {
        long looks = drive.receptions() - receptionsAtPause;
        receptionsAtPause += looks;
        boolean spins = looks >= LOOKS_OF_A_SPINNER && !drive.lead().isTaken();
        pauseNs = spins ? Math.min(2 * pauseNs, LONGEST_PAUSE_NS) : 0;
        return spins;
    }

    /** Whether somebody else has driven meanwhile. */
    private boolean lead(Drive drive, boolean limited, long untilNs) throws IOException {
        led = drive;
        try {
            boolean othersDrive = false;
            while (!othersDrive && !ready() && !drive.isClosed() && !(limited && untilNs - System.nanoTime() <= 0)) {
                if (Thread.currentThread().isInterrupted()) {
                    return false; // a selector does not sleep then; the caller says so
                }
                othersDrive = drive.driveAndSleep(over, limited, untilNs);
            }
            return othersDrive;
        } finally {
            led = null;
            drive.lead().leave();
        }
    }

    /** Sleeps until he is chosen, or something came for this channel, or for a time if that is not 0. */
    private void park(boolean limited, long untilNs, long atMostNs) {
        if (ready() || chosen) {
            return;
        }
        long left = limited ? untilNs - System.nanoTime() : Long.MAX_VALUE;
        if (atMostNs != 0) {
            left = Math.min(left, atMostNs);
        }
        if (left == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else if (left > 0) {
            LockSupport.parkNanos(this, left);
        }
    }

    @Override
    public boolean chosen() {
        chosen = true;
        Thread waits = waiter;
        LockSupport.unpark(waits);
        return waits != null;
    }

    @Override
    protected void unpark() {
        Thread sleeper = waiter;
        if (sleeper == null || sleeper == Thread.currentThread()) {
            return;
        }
        Drive now = led;
        if (now != null) {
            now.wakeLeader();
        }
        LockSupport.unpark(sleeper);
    }
}
