package io.rtrs.micrometer;

import io.micrometer.core.instrument.MeterRegistry;

import java.util.stream.Stream;

/** Values of tags that nobody else in a registry has: two of the same name would share their meters. Pure. */
final class TagValues {
    private TagValues() {}

    /**
     * The first of several values that is free. Whoever asks registers the meter before another one asks: both hold the lock
     * on the registry.
     *
     * @param meter a meter that everybody who has such a value has
     * @param key of the tag
     * @param values in the order of preference; one of them is free
     */
    static String free(MeterRegistry registry, String meter, String key, Stream<String> values) {
        return values.filter(value -> registry.find(meter).tag(key, value).meter() == null)
                .findFirst()
                .orElseThrow();
    }

    /** A value, then {@code value#2}, and so on without end. */
    static Stream<String> numbered(String value) {
        return Stream.iterate(1, n -> n + 1).map(n -> n == 1 ? value : value + "#" + n);
    }
}
