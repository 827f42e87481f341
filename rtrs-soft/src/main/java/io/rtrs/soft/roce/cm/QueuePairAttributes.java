package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.wire.RoceAddress;

/**
 * What a queue pair gets when its connection is agreed on (spec/rocev2.md 13.6).
 *
 * @param peer the only address it hears
 * @param destinationQpn the peer's queue pair
 * @param sendPsn first PSN of its requests: the starting PSN that the peer named
 * @param receivePsn first PSN of the peer's requests: the one that this side named
 * @param pathMtu bytes of payload of a full packet
 * @param initiatorDepth READs and atomics that it may have under way
 * @param responderResources READs and atomics of the peer that it must be ready for
 * @param retryCount retries without an answer
 * @param rnrRetry retries after RNR NAKs, 7 is endless
 * @param ackTimeout as a time code
 * @param told what the peer tells about itself
 */
public record QueuePairAttributes(
        RoceAddress peer,
        int destinationQpn,
        int sendPsn,
        int receivePsn,
        int pathMtu,
        int initiatorDepth,
        int responderResources,
        int retryCount,
        int rnrRetry,
        int ackTimeout,
        Told told) {}
