package io.rtrs.core.work;

/**
 * How long a loop has polled in vain, in its own time: what a {@link WaitStrategy} that spins for a while goes by.
 *
 * <p>The clock on the wall would not do. Where processors are few, a loop gives the CPU away between its polls, to those whose
 * answer it waits for; and a large message takes longer to arrive than the loop shall spin. Both are no reason to sleep: the
 * loop costs nothing meanwhile, or it has worked. But where a poll took as long as only somebody busy with other things keeps
 * the CPU, giving it away once more may cost a time slice; a sleeper is woken at once. So that ends the idle time.
 *
 * <p><b>Threading:</b> one loop's.
 */
public final class IdleTime {
    /** What a poll counts for at the most: a little more than one takes that finds nothing. */
    static final long POLL_NS = 2_000;

    /** Longer than those who take part in a transfer keep the CPU from each other. */
    static final long CROWDED_NS = 500_000;

    private long lastNs;
    private long idleNs;

    /** The last poll brought something. */
    public void begin(long nowNs) {
        lastNs = nowNs;
        idleNs = 0;
    }

    /** Another poll has brought nothing; how long that has gone on, in nanoseconds. */
    public long onEmptyPoll(long nowNs) {
        long tookNs = nowNs - lastNs;
        lastNs = nowNs;
        idleNs += tookNs < CROWDED_NS ? Math.min(tookNs, POLL_NS) : tookNs;
        return idleNs;
    }
}
