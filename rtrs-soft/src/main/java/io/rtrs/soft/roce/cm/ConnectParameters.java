package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.wire.Gid;

/**
 * What the active side connects with. Values beyond what their field holds are cut to it, as rdma_cm does.
 *
 * @param peer the passive side's address, of the local address's family
 * @param port its port
 * @param sourcePort this side's port
 * @param qpn this side's queue pair, in INIT
 * @param startingPsn at which this side will receive
 * @param pathMtu bytes; both sides will use it
 * @param initiatorDepth READs and atomics that this side wants under way
 * @param responderResources READs and atomics that it serves at a time
 * @param retryCount for both queue pairs
 * @param rnrRetry for the peer's queue pair
 * @param ackTimeout for both queue pairs, as a time code
 * @param srq whether the queue pair has a shared receive queue
 * @param data at most 56 bytes
 */
public record ConnectParameters(
        Gid peer,
        int port,
        int sourcePort,
        int qpn,
        int startingPsn,
        int pathMtu,
        int initiatorDepth,
        int responderResources,
        int retryCount,
        int rnrRetry,
        int ackTimeout,
        boolean srq,
        PrivateData data) {
    /** Cuts the values. */
    public ConnectParameters {
        startingPsn &= 0xFF_FFFF;
        initiatorDepth = Math.clamp(initiatorDepth, 0, 255);
        responderResources = Math.clamp(responderResources, 0, 255);
        retryCount = Math.clamp(retryCount, 0, 7);
        rnrRetry = Math.clamp(rnrRetry, 0, 7);
        ackTimeout = Math.clamp(ackTimeout, 0, 31);
    }
}
