package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.wire.Gid;

/**
 * What a listener's consumer learns of a request; the counts are seen from this side.
 *
 * @param peer the active side's address
 * @param peerPort its port
 * @param port the listener's port
 * @param peerQpn its queue pair
 * @param initiatorDepth READs and atomics that this side may have under way at most: what the peer serves
 * @param responderResources READs and atomics that the peer will have under way at most
 * @param retryCount retries of this side's queue pair
 * @param rnrRetry RNR retries of this side's queue pair
 * @param srq whether the peer has a shared receive queue
 * @param data the consumer's private data, 56 bytes
 */
public record ConnectRequest(
        Gid peer,
        int peerPort,
        int port,
        int peerQpn,
        int initiatorDepth,
        int responderResources,
        int retryCount,
        int rnrRetry,
        boolean srq,
        PrivateData data) {}
