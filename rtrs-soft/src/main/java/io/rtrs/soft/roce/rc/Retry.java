package io.rtrs.soft.roce.rc;

/**
 * The requester's patience: the timer of answers, the wait after an RNR NAK, and what is left of all budgets.
 *
 * <p>A peer is given up when the repetitions are used up <em>and</em> the time is over, for a silence is not a death: a
 * process that is stopped, or collects garbage, acknowledges nothing. The time of n repetitions is that of n + 1 ACK
 * timeouts, as adapters have it; for {@link QpAttributes.Patience#MOST_RETRIES}, the most that the wire can say, it is
 * {@link QpAttributes.Patience#silenceNs}.
 *
 * <p>A peer whose machine says during such a silence that nobody has the port is given up earlier: a process that is stopped
 * still has it. Such a message alone ends nothing, for it is easily forged, and a peer that lives takes it back by answering.
 */
final class Retry {
    private static final long FOREVER = Long.MAX_VALUE;

    /** Waits in vain that end a refused silence; see {@link #isExhausted}. */
    private static final int REFUSED_RETRIES = 3;

    /** No wait is longer after a refusal, which shall be heard again, or taken back, soon. */
    private static final long REFUSED_WAIT_NS = 50_000_000;

    /** How long a silence must be, if the refusal came from the network. */
    private static final long REFUSED_SILENCE_NS = 1_000_000_000;

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

    /** During this silence it was said that nobody has the peer's port. */
    private boolean refused;

    /** This machine said so. */
    private boolean refusedHere;

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
        long wait = refused ? Math.min(roundTrip.waitNs(), REFUSED_WAIT_NS) : roundTrip.waitNs();
        return isLast() ? Math.max(0, Math.min(wait, budgetNs - (nowNs - waitingSinceNs))) : wait;
    }

    private boolean isLast() {
        return expired >= retryCount && budgetNs != FOREVER;
    }

    /**
     * Nobody has the peer's port, as is said by who knows what is under way. It counts while something is under way.
     *
     * @param here whether this machine's own network stack says it of an address of its own
     */
    void refused(boolean here, long nowNs) {
        if (!waiting) {
            return;
        }
        if (!refused && armed && deadlineNs - nowNs > REFUSED_WAIT_NS) {
            deadlineNs = nowNs + REFUSED_WAIT_NS;
        }
        refused = true;
        refusedHere |= here;
    }

    private void heard() {
        refused = false;
        refusedHere = false;
    }

    /** Something was acknowledged: all budgets are full again. */
    void progress(boolean outstanding, long nowNs) {
        heard();
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
        heard();
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

    /** Whether an expiry is the last one: nothing is left of both budgets, or the peer is gone. */
    boolean isExhausted(long nowNs) {
        return isGone(nowNs) || (isLast() && nowNs - waitingSinceNs >= budgetNs);
    }

    private boolean isGone(long nowNs) {
        return refused
                && expired >= Math.min(REFUSED_RETRIES, retryCount)
                && (refusedHere || nowNs - waitingSinceNs >= REFUSED_SILENCE_NS);
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
