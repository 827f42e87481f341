package io.rtrs.server.request;

import io.rtrs.core.Direction;
import io.rtrs.core.PathStatistics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one connection served; its loop alone writes, any thread reads.
 */
public final class Counters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int READS = 0;
    private static final int READ_BYTES = 1;
    private static final int WRITES = 2;
    private static final int WRITE_BYTES = 3;

    private final long[] cells = new long[WRITE_BYTES + 1];

    void count(Direction direction, int bytes) {
        boolean read = direction == Direction.READ;
        add(read ? READS : WRITES, 1);
        add(read ? READ_BYTES : WRITE_BYTES, bytes);
    }

    private void add(int cell, long value) {
        CELL.setOpaque(cells, cell, (long) CELL.getOpaque(cells, cell) + value);
    }

    /** The sum of this and another. */
    public PathStatistics plus(PathStatistics sum) {
        return new PathStatistics(
                sum.reads() + get(READS),
                sum.readBytes() + get(READ_BYTES),
                sum.writes() + get(WRITES),
                sum.writeBytes() + get(WRITE_BYTES));
    }

    private long get(int cell) {
        return (long) CELL.getOpaque(cells, cell);
    }
}
