package io.rtrs.soft.counting;

import io.rtrs.verbs.Counter;
import io.rtrs.verbs.CounterSnapshot;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counters of several parts in one order, under names that differ: an enum's constant in lower case, behind the name of its
 * group.
 *
 * <p><b>Threading:</b> one.
 */
public final class CounterList {
    private final Map<Counter, Long> values = new LinkedHashMap<>();

    /** A count that only grows. */
    public void add(String group, Enum<?> counter, String unit, String sentence, long value) {
        add(group, counter, unit, Counter.Kind.TOTAL, sentence, value);
    }

    /**
     * Adds a counter.
     *
     * @param group what its name begins with, ending with an underscore; empty: nothing
     * @param unit what is counted
     * @param sentence what it means
     */
    public void add(String group, Enum<?> counter, String unit, Counter.Kind kind, String sentence, long value) {
        String name = group + counter.name().toLowerCase(Locale.ROOT);
        values.put(new Counter(name, unit, kind, sentence), value);
    }

    /** What was added until now. */
    public CounterSnapshot snapshot() {
        return new CounterSnapshot(values);
    }
}
