package io.rtrs.verbs.softroce.rc;

/** The requester's patience: the timer of acknowledgements, the wait after an RNR NAK, and what is left of both budgets. */
final class Retry {
    private final long timeoutNs;
    private final int retryCount;
    private final int rnrRetry;

    private int retriesLeft;
    private int rnrLeft;
    private boolean armed;
    private long deadlineNs;
    private boolean resting;
    private long restUntilNs;

    Retry(QpAttributes.Patience patience) {
        timeoutNs = RnrTimer.ackTimeoutNs(patience.ackTimeout());
        retryCount = patience.retryCount();
        rnrRetry = patience.rnrRetry();
        retriesLeft = retryCount;
        rnrLeft = rnrRetry;
    }

    /** A packet was sent: the time of the first without answer runs. */
    void sent(long nowNs) {
        if (!armed && timeoutNs != 0) {
            armed = true;
            deadlineNs = nowNs + timeoutNs;
        }
    }

    /** Something was acknowledged: all budgets are full again. */
    void progress(boolean outstanding, long nowNs) {
        retriesLeft = retryCount;
        rnrLeft = rnrRetry;
        armed = false;
        if (outstanding && !resting) {
            sent(nowNs);
        }
    }

    /** Uses up a repetition; false if none is left. */
    boolean takeRetry() {
        return retryCount >= QpAttributes.Patience.NO_LIMIT || retriesLeft-- > 0;
    }

    /** Uses up a repetition after an RNR NAK; false if none is left. */
    boolean takeRnrRetry() {
        return rnrRetry >= QpAttributes.Patience.RNR_NO_LIMIT || rnrLeft-- > 0;
    }

    /** Nothing is sent until the time of the code is over. */
    void rest(int code, long nowNs) {
        armed = false;
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

    /** Whether the time for an acknowledgement is over. */
    boolean isExpired(long nowNs) {
        return armed && nowNs - deadlineNs >= 0;
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
