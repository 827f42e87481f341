package io.rtrs.verbs.softroce.rc;

/**
 * The requester's patience: the timer of answers, the wait after an RNR NAK, and what is left of all budgets.
 *
 * <p>A peer is given up when the repetitions are used up <em>and</em> the time is over, for a silence is not a death: a
 * process that is stopped, or collects garbage, acknowledges nothing. The time of n repetitions is that of n + 1 ACK
 * timeouts, as adapters have it; for {@link QpAttributes.Patience#MOST_RETRIES}, the most that the wire can say, it is
 * {@link QpAttributes.Patience#silenceNs}.
 */
final class Retry {
    private static final long FOREVER = Long.MAX_VALUE;

    private final RoundTrip roundTrip;
    private final long timeoutNs;
    private final int retryCount;
    private final int rnrRetry;

    /** How long nothing may be acknowledged. */
    private final long budgetNs;

    /** Waits in vain since something was acknowledged. */
    private int expired;

    private int rnrLeft;

    /** Something is under way, since {@link #waitingSinceNs} or the last acknowledgement. */
    private boolean waiting;

    private long waitingSinceNs;
    private boolean armed;
    private long deadlineNs;
    private boolean resting;
    private long restUntilNs;

    Retry(QpAttributes.Patience patience, RoundTrip roundTrip) {
        this.roundTrip = roundTrip;
        timeoutNs = RnrTimer.ackTimeoutNs(patience.ackTimeout());
        retryCount = patience.retryCount();
        rnrRetry = patience.rnrRetry();
        rnrLeft = rnrRetry;
        budgetNs = budgetNs(patience, timeoutNs);
    }

    private static long budgetNs(QpAttributes.Patience patience, long timeoutNs) {
        if (patience.retryCount() < QpAttributes.Patience.MOST_RETRIES) {
            return (patience.retryCount() + 1) * timeoutNs;
        }
        boolean endless = patience.retryCount() > QpAttributes.Patience.MOST_RETRIES || patience.silenceNs() == 0;
        return endless ? FOREVER : patience.silenceNs();
    }

    /** A packet was sent: the time of the first without answer runs. */
    void sent(long nowNs) {
        if (!waiting) {
            waiting = true;
            waitingSinceNs = nowNs;
        }
        if (!armed && timeoutNs != 0) {
            armed = true;
            deadlineNs = nowNs + waitNs(nowNs);
        }
    }

    private long waitNs(long nowNs) {
        if (retryCount == 0) {
            return timeoutNs; // Nothing may be sent again before that.
        }
        long wait = roundTrip.waitNs();
        return isLast() ? Math.max(0, Math.min(wait, budgetNs - (nowNs - waitingSinceNs))) : wait;
    }

    private boolean isLast() {
        return expired >= retryCount && budgetNs != FOREVER;
    }

    /** Something was acknowledged: all budgets are full again. */
    void progress(boolean outstanding, long nowNs) {
        expired = 0;
        rnrLeft = rnrRetry;
        armed = false;
        waiting = false;
        if (outstanding && !resting) {
            sent(nowNs);
        }
    }

    /** Whether anything may be sent again. */
    boolean mayRepeat() {
        return retryCount > 0;
    }

    /** Uses up a repetition after an RNR NAK; false if none is left. */
    boolean takeRnrRetry() {
        return rnrRetry >= QpAttributes.Patience.RNR_NO_LIMIT || rnrLeft-- > 0;
    }

    /** Nothing is sent until the time of the code is over; the peer is there, so its silence is over too. */
    void rest(int code, long nowNs) {
        expired = 0;
        armed = false;
        waiting = false;
        resting = true;
        restUntilNs = nowNs + RnrTimer.waitNs(code);
    }

    /** Whether nothing may be sent now. */
    boolean isResting(long nowNs) {
        if (resting && nowNs - restUntilNs >= 0) {
            resting = false;
        }
        return resting;
    }

    boolean isResting() {
        return resting;
    }

    /** Whether the time for an answer is over. */
    boolean isExpired(long nowNs) {
        return armed && nowNs - deadlineNs >= 0;
    }

    /** Whether an expiry is the last one: nothing is left of both budgets. */
    boolean isExhausted(long nowNs) {
        return isLast() && nowNs - waitingSinceNs >= budgetNs;
    }

    /** The time was waited in vain; the next wait, from the next packet on, is longer. Returns how many it were before. */
    int expire() {
        armed = false;
        roundTrip.waitedInVain();
        return expired++;
    }

    /** The timer starts anew with the next packet that is sent. */
    void disarm() {
        armed = false;
    }

    boolean hasDeadline() {
        return armed || resting;
    }

    long deadlineNs() {
        return resting ? restUntilNs : deadlineNs;
    }
}
