package io.rtrs.soft.roce.endpoint;

/**
 * When acknowledgements leave, if the same thread receives packets and handles what they complete: an ACK that leaves with
 * the request or the answer that follows costs nothing, and one that waits in vain costs the peer's time.
 *
 * <p>Who polls a completion queue and finds something there goes to handle it; what he then posts, or his next poll, takes
 * the acknowledgements along. If he polls in vain they wait a little longer, for an answer of several messages may come in
 * two datagrams, a moment apart. They never wait for longer than {@link #LATEST_NS}, however busy he is.
 *
 * <p>Pure. <b>Threading:</b> the endpoint's owner. <b>Allocation:</b> none.
 */
public final class AckTiming {
    /** How long acknowledgements wait for company while who handles completions polls in vain. */
    static final long COMPANY_NS = 10_000;

    /** How long they wait at the most. */
    static final long LATEST_NS = 1_000_000;

    private boolean acksWait;

    /** Until when at the latest. */
    private long latestNs;

    /** Until when if he polls in vain, from the first time since he handled some. */
    private long companyUntilNs;

    /** So does all else, but not twice. */
    private boolean allWaits;

    /**
     * The link was looked at.
     *
     * @param polls whether who looked polls a completion queue
     * @param handles whether there is something for him in it, so that he will post or poll again soon
     */
    public void onReceived(boolean polls, boolean handles, long nowNs) {
        if (handles) {
            latestNs = acksWait ? latestNs : nowNs + LATEST_NS;
            companyUntilNs = latestNs;
        } else if (nowNs + COMPANY_NS - companyUntilNs < 0) {
            companyUntilNs = nowNs + COMPANY_NS;
        }
        acksWait = (handles || (acksWait && polls)) && nowNs - companyUntilNs < 0;
    }

    /**
     * Whether nothing at all is to be sent now, for who polls has something to handle; never twice in a row. Asked once
     * before each {@link Endpoint#poll}.
     */
    public boolean postpones(boolean handles) {
        allWaits = handles && !allWaits;
        return allWaits;
    }

    /** Whether an ACK leaves only where something else does. */
    public boolean acksWait() {
        return acksWait;
    }

    /** When the acknowledgements that wait must leave, if {@link #acksWait}. */
    public long latestNs() {
        return latestNs;
    }
}
