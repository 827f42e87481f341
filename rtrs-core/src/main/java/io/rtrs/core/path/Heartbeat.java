package io.rtrs.core.path;

import io.rtrs.core.wire.Protocol;

import java.util.concurrent.TimeUnit;

/**
 * Tells whether the peer of a path is alive (spec/rtrs.md 12); does no IO and has no clock.
 *
 * <p>Use: {@link #start} when the path is connected, and not before (no heartbeat before INFO_RSP); call {@link
 * #onTick} at or after {@link #nextDeadlineNs} and do what it says; {@link #onActivity} for each good receive of steady
 * state on any connection; {@link #onAck} for a heartbeat's answer; {@link #stop} when the path goes. Calls while
 * stopped, and ticks before the deadline, are no-ops.
 *
 * <p><b>Threading</b>: start, stop and tick on the thread of connection 0; {@link #onActivity}, {@link #onAck} and the
 * queries on any. <b>Allocation</b>: none.
 */
public final class Heartbeat {
    /** What a tick asks for. */
    public enum Action {
        /** Nothing to do. */
        NONE,
        /** Send HB_MSG on connection 0; a failure to send counts as a dead peer. */
        SEND,
        /** The peer is dead: break the path. The heartbeat has stopped. */
        DEAD
    }

    private final long intervalNs;
    private final int missedMax;

    // Written by the ticking thread.
    private volatile boolean running;
    private int missed;
    private long nextTickNs;
    private long heardNs;
    private volatile long sentNs;

    // Written by the receiving threads.
    private volatile boolean activity;
    private volatile boolean awaitingAck;
    private volatile long latencyNs;

    /** The kernel's numbers: every 5 s, more than 5 ticks without life. */
    public Heartbeat() {
        this(TimeUnit.MILLISECONDS.toNanos(Protocol.HEARTBEAT_INTERVAL_MS), Protocol.HEARTBEAT_MISSED_MAX);
    }

    /**
     * Makes a stopped heartbeat.
     *
     * @param intervalNs time between ticks, positive
     * @param missedMax how many ticks without life are still tolerated, at least 1
     */
    public Heartbeat(long intervalNs, int missedMax) {
        if (intervalNs < 1 || missedMax < 1) {
            throw new IllegalArgumentException("heartbeat interval " + intervalNs + " ns, missed " + missedMax);
        }
        this.intervalNs = intervalNs;
        this.missedMax = missedMax;
    }

    /** The path is connected: forgets what the last connection missed; the latency survives. */
    public void start(long nowNs) {
        missed = 0;
        activity = false;
        awaitingAck = false;
        heardNs = nowNs;
        nextTickNs = nowNs + intervalNs;
        running = true;
    }

    /** The path goes. */
    public void stop() {
        running = false;
        missed = 0;
        awaitingAck = false;
    }

    /** Something of the peer arrived on any connection of the path; cheap enough for each completion. */
    public void onActivity() {
        if (!activity) {
            activity = true;
        }
    }

    /**
     * The answer to a heartbeat arrived; answers that nobody waits for change nothing. It is also activity.
     *
     * @return the latency now known, in nanoseconds
     */
    public long onAck(long nowNs) {
        onActivity();
        if (awaitingAck) {
            latencyNs = Math.max(1, nowNs - sentNs);
            awaitingAck = false;
        }
        return latencyNs;
    }

    /** Time may have passed. */
    public Action onTick(long nowNs) {
        if (!running || nowNs - nextTickNs < 0) {
            return Action.NONE;
        }
        nextTickNs = nowNs + intervalNs;
        if (activity) {
            activity = false;
            heardNs = nowNs;
            missed = 0;
        }
        if (missed > missedMax) {
            stop();
            return Action.DEAD;
        }
        missed++;
        if (missed > 1) {
            return Action.NONE;
        }
        sentNs = nowNs;
        awaitingAck = true;
        return Action.SEND;
    }

    /** Time between ticks. */
    public long intervalNs() {
        return intervalNs;
    }

    /** When to tick next; only while running. Compare by subtraction. */
    public long nextDeadlineNs() {
        return nextTickNs;
    }

    /** How long nothing was received, at least: since the last tick before which something was. */
    public long silentNs(long nowNs) {
        return nowNs - heardNs;
    }

    /** Whether it runs. */
    public boolean isRunning() {
        return running;
    }

    /** The last round trip in nanoseconds, 0 until the first answer; survives reconnects. */
    public long latencyNs() {
        return latencyNs;
    }
}
