package io.rtrs.core.stats;

import io.rtrs.core.Direction;
import io.rtrs.core.PathStatistics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What was carried, counted by one thread at a time: requests and bytes of either direction. A lane is a cache line of an
 * array, alone ({@link #Lane()}) or beside others ({@link PathStats}).
 *
 * <p><b>Threading</b>: one thread at a time counts, and passes the lane on in order; any reads, a moment's estimate.
 * <b>Allocation</b>: none after construction.
 */
public final class Lane {
    /** A cache line. */
    static final int LONGS = 8;

    /** How many of them are counters: READS to WRITE_BYTES, as {@link PathCounter} begins. */
    static final int COUNTERS = 4;

    private static final int READS = 0;
    private static final int READ_BYTES = 1;
    private static final int WRITES = 2;
    private static final int WRITE_BYTES = 3;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    /** The first line stays empty, so that the array's header shares none with a counter. */
    private final long[] cells = new long[2 * LONGS];

    /** A lane by itself, with all counters at 0. */
    public Lane() {}

    /** Counts a request and its bytes, user header and data. */
    public void count(Direction direction, long bytes) {
        count(cells, LONGS, direction, bytes);
    }

    /** The sum of this and another. */
    public PathStatistics plus(PathStatistics sum) {
        return new PathStatistics(
                sum.reads() + get(cells, LONGS + READS),
                sum.readBytes() + get(cells, LONGS + READ_BYTES),
                sum.writes() + get(cells, LONGS + WRITES),
                sum.writeBytes() + get(cells, LONGS + WRITE_BYTES));
    }

    /** As {@link #count(Direction, long)}, in the lane that begins at {@code first}. */
    static void count(long[] cells, int first, Direction direction, long bytes) {
        boolean read = direction == Direction.READ;
        add(cells, first + (read ? READS : WRITES), 1);
        add(cells, first + (read ? READ_BYTES : WRITE_BYTES), bytes);
    }

    private static void add(long[] cells, int cell, long amount) {
        CELL.setOpaque(cells, cell, (long) CELL.getOpaque(cells, cell) + amount);
    }

    static long get(long[] cells, int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }
}
