package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.PrivateData;

/**
 * What the passive side accepts with. Values beyond what their field holds are cut to it; depths are cut to what the peer
 * offered (spec/rocev2.md 13.6).
 *
 * @param qpn this side's queue pair, in INIT
 * @param startingPsn at which this side will receive
 * @param initiatorDepth READs and atomics that this side wants under way
 * @param responderResources READs and atomics that it serves at a time
 * @param rnrRetry for the peer's queue pair
 * @param ackDelay how long acknowledgements may take, as a time code: the kernel's queue pair waits at least as long
 * @param srq whether the queue pair has a shared receive queue
 * @param data at most 196 bytes
 */
public record AcceptParameters(
        int qpn,
        int startingPsn,
        int initiatorDepth,
        int responderResources,
        int rnrRetry,
        int ackDelay,
        boolean srq,
        PrivateData data) {
    /** What rxe says of its acknowledgements: 0.13 s. */
    public static final int ACK_DELAY = 15;

    /** Cuts the values. */
    public AcceptParameters {
        startingPsn &= 0xFF_FFFF;
        initiatorDepth = Math.clamp(initiatorDepth, 0, 255);
        responderResources = Math.clamp(responderResources, 0, 255);
        rnrRetry = Math.clamp(rnrRetry, 0, 7);
        ackDelay = Math.clamp(ackDelay, 0, 31);
    }

    /** With {@link #ACK_DELAY}. */
    public AcceptParameters(
            int qpn,
            int startingPsn,
            int initiatorDepth,
            int responderResources,
            int rnrRetry,
            boolean srq,
            PrivateData data) {
        this(qpn, startingPsn, initiatorDepth, responderResources, rnrRetry, ACK_DELAY, srq, data);
    }
}
