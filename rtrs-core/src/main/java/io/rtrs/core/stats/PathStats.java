package io.rtrs.core.stats;

import io.rtrs.core.Direction;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counters of one path.
 *
 * <p>What is counted once a request stands in the lane of its permit: one thread at a time has a permit, so that counting
 * takes no atomic step. The rest goes to one of a few stripes, so that threads seldom meet on a cache line.
 *
 * <p><b>Threading</b>: any thread; {@link #onSubmit} by who has the lane, and passes it on in order. A sum taken while others
 * add is a moment's estimate. <b>Allocation</b>: none but in {@link #makeLanes}. It outlives its path's completions.
 */
public final class PathStats {
    // A stripe takes two cache lines of 64 bytes: processors fetch lines in pairs.
    private static final int STRIPE_LONGS = 16;
    private static final int STRIPES_MAX = 64;
    private static final int COUNTERS = PathCounter.values().length;

    static {
        if (COUNTERS > STRIPE_LONGS || !isOfLane(PathCounter.WRITE_BYTES) || isOfLane(PathCounter.IN_FLIGHT)) {
            throw new AssertionError("the counters must fit one stripe, and those of a lane come first");
        }
    }

    private final int stripeMask;
    private final AtomicLongArray stripes;

    /** Replaced as a whole, by one with more. */
    private volatile long[] lanes = {};

    /** What was in the lanes when their sum was set to 0. */
    private final AtomicLongArray resets = new AtomicLongArray(Lane.COUNTERS);

    /** Starts with all counters at 0, no lanes, and as many stripes as there are processors, up to 64. */
    public PathStats() {
        int processors = Math.min(STRIPES_MAX, Runtime.getRuntime().availableProcessors());
        int count = Integer.highestOneBit(Math.max(1, 2 * processors - 1));
        this.stripeMask = count - 1;
        this.stripes = new AtomicLongArray((count + 1) * STRIPE_LONGS);
    }

    /** Sees to it that there are so many lanes; while nobody submits. */
    public void makeLanes(int count) {
        long[] now = lanes;
        if (now.length < (count + 1) * Lane.LONGS) {
            lanes = Arrays.copyOf(now, (count + 1) * Lane.LONGS);
        }
    }

    /**
     * A request is about to be posted: counts it, its bytes, and one more in flight.
     *
     * @param lane below the number of lanes; the caller has it for itself
     * @param bytes user header and data
     */
    public void onSubmit(int lane, Direction direction, long bytes) {
        Lane.count(lanes, first(lane), direction, bytes);
        add(PathCounter.IN_FLIGHT, 1);
    }

    /** A request that was counted by {@link #onSubmit} is over, or was refused when it was posted. */
    public void onComplete() {
        add(PathCounter.IN_FLIGHT, -1);
    }

    /** Adds to a counter; not to one that {@link #onSubmit} counts in lanes. */
    public void add(PathCounter counter, long amount) {
        int stripe = (int) Thread.currentThread().threadId() & stripeMask;
        stripes.getAndAdd(slot(stripe, counter), amount);
    }

    /** The sum of a counter; of those that stand in lanes never below 0, whoever sets it to 0 meanwhile. */
    public long get(PathCounter counter) {
        if (!isOfLane(counter)) {
            return inStripes(counter);
        }
        long before = resets.get(place(counter)); // first: lanes only grow, so what is read of them then is no less
        return inLanes(counter) - before;
    }

    private long inStripes(PathCounter counter) {
        long sum = 0;
        for (int stripe = 0; stripe <= stripeMask; stripe++) {
            sum += stripes.get(slot(stripe, counter));
        }
        return sum;
    }

    private long inLanes(PathCounter counter) {
        long[] cells = lanes;
        long sum = 0;
        for (int cell = first(0) + place(counter); cell < cells.length; cell += Lane.LONGS) {
            sum += Lane.get(cells, cell);
        }
        return sum;
    }

    /** Sets a counter to 0; additions that happen meanwhile may get lost or survive. */
    public void reset(PathCounter counter) {
        if (isOfLane(counter)) {
            resets.set(place(counter), inLanes(counter));
            return;
        }
        for (int stripe = 0; stripe <= stripeMask; stripe++) {
            stripes.set(slot(stripe, counter), 0);
        }
    }

    private static boolean isOfLane(PathCounter counter) {
        return place(counter) < Lane.COUNTERS;
    }

    /** The first stripe's place stays empty, so that the array's header shares no line with a counter. */
    private static int slot(int stripe, PathCounter counter) {
        return (stripe + 1) * STRIPE_LONGS + place(counter);
    }

    /** As with stripes, the first place stays empty. */
    private static int first(int lane) {
        return (lane + 1) * Lane.LONGS;
    }

    @SuppressWarnings("EnumOrdinal") // a place in memory, never stored or sent
    private static int place(PathCounter counter) {
        return counter.ordinal();
    }
}
