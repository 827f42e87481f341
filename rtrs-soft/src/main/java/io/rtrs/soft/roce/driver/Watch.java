package io.rtrs.soft.roce.driver;

import io.rtrs.soft.roce.endpoint.Endpoint;

import java.util.concurrent.TimeUnit;

/**
 * What the thread of a drive does next, by what it sees of the others: it leads where nobody drives, looks every two
 * milliseconds where they do, sooner if something becomes due before, and sleeps where one of them leads and nothing happens.
 *
 * <p>A poller who found something may be in user code for long. What he has left undone is due a millisecond later, and then
 * the thread does it for him, without taking the socket: he may be back at any moment.
 *
 * <p>Use: {@link #next}, then do what it says, and after {@link Step#WAIT} wait for {@link #waitNs}; {@link #restart}
 * after the other two that take their time.
 *
 * <p>Pure. <b>Threading:</b> one thread. <b>Allocation:</b> none.
 */
final class Watch {
    /** How often it looks, and for how long nobody may have looked at the socket before it leads. */
    static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(2);

    /** For how long nothing may have happened before it sleeps. */
    static final long QUIET_NS = 8 * TICK_NS;

    /** The shortest wait: whoever drives at the moment may be doing what is due. */
    static final long LEAST_WAIT_NS = TimeUnit.MICROSECONDS.toNanos(200);

    /** What to do. */
    enum Step {
        /** Lead, if nobody else does. */
        LEAD,
        /** Receive, and send what is due, as somebody who happens to come by. */
        ATTEND,
        /** Sleep until the leader leaves. */
        SLEEP,
        /** Wait for a time. */
        WAIT
    }

    /** Nobody ever drove: it leads at once. */
    private boolean begins = true;

    private long seen;
    private long movedNs;
    private boolean attended;
    private long waitNs;

    /**
     * What comes next.
     *
     * @param receptions turns of others that looked at the socket, ever
     * @param taken whether somebody leads
     * @param dueNs when something must be done, or {@link Endpoint#NO_DEADLINE}
     */
    Step next(long receptions, boolean taken, long dueNs, long nowNs) {
        if (receptions != seen) {
            seen = receptions;
            movedNs = nowNs;
            begins = false;
        }
        long quietNs = begins ? Long.MAX_VALUE : nowNs - movedNs;
        if (taken) {
            attended = false;
            waitNs = TICK_NS;
            return quietNs > QUIET_NS ? Step.SLEEP : Step.WAIT;
        }
        if (quietNs >= TICK_NS) {
            return Step.LEAD;
        }
        waitNs = TICK_NS - quietNs;
        if (dueNs != Endpoint.NO_DEADLINE) {
            if (dueNs - nowNs <= 0 && !attended) {
                attended = true;
                return Step.ATTEND;
            }
            waitNs = Math.min(waitNs, Math.max(LEAST_WAIT_NS, dueNs - nowNs));
        }
        attended = false;
        return Step.WAIT;
    }

    /** How long to wait after {@link Step#WAIT}; the wait may end sooner. */
    long waitNs() {
        return waitNs;
    }

    /**
     * It has led, or slept: others may drive from now on.
     *
     * @param receptions as in {@link #next}, of now
     */
    void restart(long receptions, long nowNs) {
        begins = false;
        seen = receptions;
        movedNs = nowNs;
    }
}
