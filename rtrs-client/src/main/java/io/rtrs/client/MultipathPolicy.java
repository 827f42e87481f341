package io.rtrs.client;

/**
 * How the requests of a session with several paths choose one (spec/rtrs.md 9). Paths that are not connected are passed
 * over; where posting on the chosen path fails, the request tries the next candidate, each path once.
 */
public enum MultipathPolicy {
    /** Each path after the other, permit by permit. */
    ROUND_ROBIN,
    /** The path with the fewest requests under way; of equals the first that was added. */
    MIN_INFLIGHT,
    /**
     * The path whose last heartbeat had the shortest round trip ({@link ClientPath#heartbeatLatencyNs}); of equals the
     * first that was added. A path whose first heartbeat is not answered yet counts as the shortest.
     */
    MIN_LATENCY
}
