package io.rtrs.verbs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Counters of one moment, in the order in which their provider describes them.
 *
 * <p>What was not measured yet, or cannot be here, is missing. <b>Threading:</b> immutable.
 */
public final class CounterSnapshot {
    /** Of a provider that counts nothing. */
    public static final CounterSnapshot EMPTY = new CounterSnapshot(Map.of());

    private final Map<Counter, Long> values;
    private final Map<String, Long> byName = new LinkedHashMap<>();

    /** One with these values, in this order. */
    public CounterSnapshot(Map<Counter, Long> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        values.forEach((counter, value) -> byName.put(counter.name(), value));
        if (byName.size() != values.size()) {
            throw new IllegalArgumentException("two counters have one name: " + values.keySet());
        }
    }

    /** All values. */
    public Map<Counter, Long> values() {
        return values;
    }

    /** The value of a name; empty if there is none. */
    public OptionalLong get(String name) {
        Long value = byName.get(name);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** The value of a name that counts from 0; 0 if there is none. */
    public long count(String name) {
        return get(name).orElse(0);
    }

    /** Both together, as the kind of each counter says. */
    public CounterSnapshot with(CounterSnapshot other) {
        Map<Counter, Long> both = new LinkedHashMap<>(values);
        other.values.forEach((counter, value) -> both.merge(counter, value, counter.kind()::join));
        return new CounterSnapshot(both);
    }

    /** What came since an earlier one: differences of totals, all else as it is now. */
    public CounterSnapshot since(CounterSnapshot earlier) {
        Map<Counter, Long> grown = new LinkedHashMap<>(values);
        grown.replaceAll((counter, value) ->
                counter.kind() == Counter.Kind.TOTAL ? value - earlier.values.getOrDefault(counter, 0L) : value);
        return new CounterSnapshot(grown);
    }

    /** Without what is only so now: what is left of something that has ended. */
    public CounterSnapshot totals() {
        Map<Counter, Long> totals = new LinkedHashMap<>(values);
        totals.keySet().removeIf(counter -> counter.kind() != Counter.Kind.TOTAL);
        return new CounterSnapshot(totals);
    }

    @Override
    public String toString() {
        return byName.toString();
    }
}
