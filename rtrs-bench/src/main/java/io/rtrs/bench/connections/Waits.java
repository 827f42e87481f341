package io.rtrs.bench.connections;

import io.rtrs.bench.load.LoadOptions;
import io.rtrs.core.work.WaitStrategy;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of ways to wait: those of the library, and the one that it takes if nobody says. */
final class Waits {
    private Waits() {}

    /**
     * The strategy of a name.
     *
     * @return null for {@link Setting#DEFAULT}
     * @throws IllegalArgumentException if there is none
     */
    static @Nullable WaitStrategy parse(String name) {
        if (name.equals(Setting.DEFAULT)) {
            return null;
        }
        try {
            WaitStrategy wait = LoadOptions.waitStrategy(name);
            if (wait != WaitStrategy.INVOKED) {
                return wait;
            }
        } catch (IllegalArgumentException unknown) {
            // as one that nobody runs
        }
        throw new IllegalArgumentException("'" + name + "' is no way of waiting; there are " + names());
    }

    /** All names. */
    static String names() {
        return Arrays.stream(WaitStrategy.values())
                        .filter(wait -> wait != WaitStrategy.INVOKED)
                        .map(wait -> wait.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .collect(Collectors.joining(", "))
                + ", " + Setting.DEFAULT;
    }
}
