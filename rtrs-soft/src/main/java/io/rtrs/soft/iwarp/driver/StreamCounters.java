package io.rtrs.soft.iwarp.driver;

import io.rtrs.soft.counting.CounterList;
import io.rtrs.verbs.CounterSnapshot;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The counters of one connection. <b>Threading:</b> counted by who holds its lock, read by any. */
final class StreamCounters {
    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);
    private static final StreamCounter[] ALL = StreamCounter.values();

    private final long[] values = new long[ALL.length];

    @SuppressWarnings("EnumOrdinal") // the place in an array
    void add(StreamCounter counter, long count) {
        int index = counter.ordinal();
        VALUES.setOpaque(values, index, values[index] + count);
    }

    /** What was counted until now. */
    @SuppressWarnings("EnumOrdinal") // as above
    CounterSnapshot snapshot() {
        CounterList list = new CounterList();
        for (StreamCounter counter : ALL) {
            list.add("", counter, counter.unit(), counter.sentence(), (long)
                    VALUES.getOpaque(values, counter.ordinal()));
        }
        return list.snapshot();
    }
}
