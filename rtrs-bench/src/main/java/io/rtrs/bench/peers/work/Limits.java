package io.rtrs.bench.peers.work;

/**
 * When a load counts and ends; times are those of {@link System#nanoTime}.
 *
 * @param countFromNs what is answered before is warm-up, recorded like the rest and forgotten
 * @param stopAtNs what is answered later does not count, and is the last
 * @param requests the most requests
 */
public record Limits(long countFromNs, long stopAtNs, long requests) {
    /** By the clock. */
    public static Limits time(long nowNs, double warmUpSeconds, double seconds) {
        long from = nowNs + (long) (warmUpSeconds * 1e9);
        return new Limits(from, from + (long) (seconds * 1e9), Long.MAX_VALUE);
    }

    /** By their number. */
    public static Limits requests(long nowNs, long requests) {
        return new Limits(nowNs, nowNs + Long.MAX_VALUE / 2, requests);
    }
}
