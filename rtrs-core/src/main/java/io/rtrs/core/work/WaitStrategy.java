package io.rtrs.core.work;

import java.util.concurrent.TimeUnit;

/**
 * What a loop does when all completion queues of its connections are empty.
 *
 * <p>Spinning answers soonest and burns a CPU for each loop, however many connections share it ({@link LoopMode}); events cost
 * a system call and a wake-up for each batch and leave the CPU to others.
 */
public enum WaitStrategy {
    /**
     * Polls without pause; for machines with a CPU to spare for each loop of IO connections. Where processors are few, it
     * gives the CPU away between its polls: a loop that waits for another one's answer would keep it from running for a whole
     * time slice.
     */
    SPIN(Integer.MAX_VALUE, 0, WaitStrategy.fewProcessors()),
    /** Polls, giving the CPU away in between wherever it runs. */
    YIELD(Integer.MAX_VALUE, 0, true),
    /**
     * Polls for up to 50 µs after the last completion, then waits for a completion event; the default. A busy loop so pays no
     * wake-up for its next completion, an idle one nothing at all. Where processors are few, it gives the CPU away between its
     * polls; time in which others have it does not count ({@link IdleTime}).
     */
    SPIN_THEN_EVENTS(1, WaitStrategy.SPIN_MICROS, WaitStrategy.fewProcessors()),
    /**
     * Gives the CPU away once, and waits for a completion event if that brought nothing. Where peer, caller and loop share
     * a CPU, each would otherwise be woken for every single completion: after a yield there is a batch.
     */
    EVENTS(1, 0, true),
    /**
     * No thread polls the IO connections: the application does, by the {@code poll} of its session or server. For
     * applications with a duty cycle of their own, and for measuring; the service connection keeps the thread of its loop.
     */
    INVOKED(0, 0, false);

    /** Longer than a round trip of 4 KiB between two processes, and than an answer of two datagrams is apart. */
    private static final int SPIN_MICROS = 50;

    /** Up to so many processors, who spins may keep another from what he waits for. */
    private static final int FEW = 8;

    private final int idlePolls;
    private final long spinNs;
    private final boolean yields;

    WaitStrategy(int idlePolls, int spinMicros, boolean yields) {
        this.idlePolls = idlePolls;
        this.spinNs = TimeUnit.MICROSECONDS.toNanos(spinMicros);
        this.yields = yields;
    }

    private static boolean fewProcessors() {
        return Runtime.getRuntime().availableProcessors() <= FEW;
    }

    /**
     * The strategy of a loop: service connections have a message every few seconds, and their loop always waits for events,
     * whatever the others do.
     */
    public WaitStrategy of(boolean service) {
        return service ? EVENTS : this;
    }

    /**
     * Whether to poll again after a poll that found nothing.
     *
     * @param emptyPolls how many such polls there were in a row since the last completion or the last wait
     * @param idleNs how long the loop has polled in vain since the last completion; see {@link IdleTime}
     * @return false to wait for a completion event
     */
    public boolean polls(int emptyPolls, long idleNs) {
        return emptyPolls <= idlePolls || idleNs < spinNs;
    }

    /** Between two polls. */
    @SuppressWarnings("ThreadPriorityCheck") // giving the CPU away is what YIELD is for
    public void relax() {
        if (yields) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
    }
}
