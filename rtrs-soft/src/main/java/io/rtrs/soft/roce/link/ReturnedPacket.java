package io.rtrs.soft.roce.link;

/**
 * What a report of the network quotes of the request that did not arrive. Anyone can forge a report; only who sees the wire, or
 * guesses both numbers, quotes a packet that is under way.
 *
 * @param destQp the queue pair that it was for
 * @param psn its sequence number
 */
public record ReturnedPacket(int destQp, int psn) {}
