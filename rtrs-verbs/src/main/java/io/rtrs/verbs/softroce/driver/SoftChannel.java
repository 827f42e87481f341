package io.rtrs.verbs.softroce.driver;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.completion.Channel;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A completion channel whose waiter drives: it leads the drive of the first queue pair that reports here, or parks while
 * another leads.
 */
final class SoftChannel extends Channel {
    /** How long it leaves the drive to somebody who polls, before it leads again. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Drives drives = new Drives();
    private final BooleanSupplier over = this::ready;
    private volatile @Nullable Thread waiter;
    private volatile @Nullable Drive led;

    // The waiter's.
    /** It has left the drive to somebody who polls, when this many receptions had been. */
    private boolean pauses;

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
        pauses = false;
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
        }
    }

    private void step(boolean limited, long untilNs) throws IOException {
        Drive drive = drives.first();
        if (drive == null || drive.isClosed()) {
            park(limited, untilNs, false);
        } else if (pauses && othersDriveStill(drive)) {
            park(limited, untilNs, true);
        } else if (drive.tryLead(false)) {
            boolean othersDrive = lead(drive, limited, untilNs);
            if (othersDrive && !ready()) {
                pauses = true;
                receptionsAtPause = drive.receptions();
                park(limited, untilNs, true);
            }
        } else {
            drive.claim();
            if (!ready()) {
                park(limited, untilNs, false);
            }
        }
    }

    /** A spinner, say: it is not disturbed, and brings what comes for this channel. */
    private boolean othersDriveStill(Drive drive) {
        long now = drive.receptions();
        pauses = now != receptionsAtPause && !drive.isLed();
        receptionsAtPause = now;
        return pauses;
    }

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
            drive.endLead();
        }
    }

    private void park(boolean limited, long untilNs, boolean briefly) {
        long left = limited ? untilNs - System.nanoTime() : Long.MAX_VALUE;
        if (briefly) {
            left = Math.min(left, PAUSE_NS);
        }
        if (left == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else if (left > 0) {
            LockSupport.parkNanos(this, left);
        }
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
