package io.rtrs.core.stats;

import io.rtrs.core.Direction;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counters of one path.
 *
 * <p><b>Threading</b>: any thread; additions go to one of a few stripes, so that threads seldom meet on a cache line. A sum
 * taken while others add is a moment's estimate. <b>Allocation</b>: none after construction. It outlives its path's
 * completions.
 */
public final class PathStats {
    // A stripe takes two cache lines of 64 bytes: processors fetch lines in pairs.
    private static final int STRIPE_LONGS = 16;
    private static final int COUNTERS = PathCounter.values().length;
    private static final int STRIPES_MAX = 64;

    static {
        if (COUNTERS > STRIPE_LONGS) {
            throw new AssertionError("the counters must fit one stripe");
        }
    }

    private final int stripeMask;
    private final AtomicLongArray stripes;

    /** Starts with all counters at 0, and as many stripes as there are processors, up to 64. */
    public PathStats() {
        int processors = Math.min(STRIPES_MAX, Runtime.getRuntime().availableProcessors());
        int count = Integer.highestOneBit(Math.max(1, 2 * processors - 1));
        this.stripeMask = count - 1;
        this.stripes = new AtomicLongArray((count + 1) * STRIPE_LONGS);
    }

    /** A request is about to be posted: counts it, its bytes (user header and data), and one more in flight. */
    public void onSubmit(Direction direction, long bytes) {
        boolean read = direction == Direction.READ;
        add(read ? PathCounter.READS : PathCounter.WRITES, 1);
        add(read ? PathCounter.READ_BYTES : PathCounter.WRITE_BYTES, bytes);
        add(PathCounter.IN_FLIGHT, 1);
    }

    /** A request that was counted by {@link #onSubmit} is over, or was refused when it was posted. */
    public void onComplete() {
        add(PathCounter.IN_FLIGHT, -1);
    }

    /** Adds to a counter. */
    public void add(PathCounter counter, long amount) {
        int stripe = (int) Thread.currentThread().threadId() & stripeMask;
        stripes.getAndAdd(slot(stripe, counter), amount);
    }

    /** The sum of a counter. */
    public long get(PathCounter counter) {
        long sum = 0;
        for (int stripe = 0; stripe <= stripeMask; stripe++) {
            sum += stripes.get(slot(stripe, counter));
        }
        return sum;
    }

    /** Sets a counter to 0; additions that happen meanwhile may get lost or survive. */
    public void reset(PathCounter counter) {
        for (int stripe = 0; stripe <= stripeMask; stripe++) {
            stripes.set(slot(stripe, counter), 0);
        }
    }

    /** The first stripe's place stays empty, so that the array's header shares no line with a counter. */
    @SuppressWarnings("EnumOrdinal") // a place in memory, never stored or sent
    private static int slot(int stripe, PathCounter counter) {
        return (stripe + 1) * STRIPE_LONGS + counter.ordinal();
    }
}
