package io.rtrs.core.work;

/**
 * What an event loop does when its completion queue is empty.
 *
 * <p>Spinning answers soonest and burns a CPU for each connection; events cost a system call and a wake-up for each batch
 * and leave the CPU to others.
 */
public enum WaitStrategy {
    /** Polls without pause; for machines with a CPU to spare per IO connection. */
    SPIN(Integer.MAX_VALUE, false),
    /** Polls, yielding the CPU in between. */
    YIELD(Integer.MAX_VALUE, true),
    /** Polls a little after work, then waits for a completion event. */
    SPIN_THEN_EVENTS(2_000, false),
    /**
     * Gives the CPU away once, and waits for a completion event if that brought nothing; the default. Where peer, caller
     * and loop share a CPU, each would otherwise be woken for every single completion: after a yield there is a batch.
     */
    EVENTS(1, true),
    /**
     * No thread polls the IO connections: the application does, by the {@code poll} of its session or server. For
     * applications with a duty cycle of their own, and for measuring; the service connection keeps its thread.
     */
    INVOKED(0, false);

    private final int idlePolls;
    private final boolean yields;

    WaitStrategy(int idlePolls, boolean yields) {
        this.idlePolls = idlePolls;
        this.yields = yields;
    }

    /**
     * The strategy of one connection of a path: the service connection, cid 0, has a message every few seconds and always
     * waits for events, whatever the others do.
     */
    public WaitStrategy of(int cid) {
        return cid == 0 ? EVENTS : this;
    }

    /**
     * Called after a poll that found nothing.
     *
     * @param emptyPolls how many such polls there were in a row
     * @return true to poll again, false to wait for a completion event
     */
    @SuppressWarnings("ThreadPriorityCheck") // giving the CPU away is what YIELD is for
    public boolean keepPolling(int emptyPolls) {
        if (emptyPolls > idlePolls) {
            return false;
        }
        if (idlePolls == 0) {
            return false;
        }
        if (yields) {
            Thread.yield();
        } else {
            Thread.onSpinWait();
        }
        return true;
    }
}
