package io.rtrs.bench.paths;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the benchmark has to say; each has a table. */
enum Part {
    /** Two paths against one. */
    PATHS,
    /** Ways of choosing one of two paths, the first of which is slow. */
    POLICIES,
    /** Numbers of threads that wait for each answer. */
    SUBMITTERS;

    /** All of them as an option has them. */
    static final String NAMES = Arrays.stream(values()).map(Part::option).collect(Collectors.joining(", "));

    /** As {@link #option} has it. */
    static Part parse(String text) {
        return Arrays.stream(values())
                .filter(part -> part.option().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there are " + NAMES));
    }

    String option() {
        return name().toLowerCase(Locale.ROOT);
    }
}
