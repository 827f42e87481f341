package io.rtrs.bench.connections;

import io.rtrs.bench.load.LoadOptions;
import io.rtrs.core.work.WaitStrategy;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Names of ways to wait: those of the library, and the one that it takes if nobody says. After an {@code @} may follow how many
 * loops the connections of a path share at each end.
 */
final class Waits {
    private Waits() {}

    /**
     * The strategy of a name.
     *
     * @return null for {@link Setting#DEFAULT}
     * @throws IllegalArgumentException if there is none
     */
    static @Nullable WaitStrategy parse(String name) {
        String way = name.split("@", 2)[0];
        if (way.equals(Setting.DEFAULT)) {
            return null;
        }
        try {
            WaitStrategy wait = LoadOptions.waitStrategy(way);
            if (wait != WaitStrategy.INVOKED) {
                return wait;
            }
        } catch (IllegalArgumentException unknown) {
            // as one that nobody runs
        }
        throw new IllegalArgumentException("'" + name + "' is no way of waiting; there are " + names());
    }

    /**
     * The number of loops of a name; 0: as many as the library takes if nobody says.
     *
     * @throws IllegalArgumentException if what follows the {@code @} is no positive number
     */
    static int loops(String name) {
        int at = name.indexOf('@');
        if (at < 0) {
            return 0;
        }
        try {
            int loops = Integer.parseInt(name.substring(at + 1));
            if (loops > 0) {
                return loops;
            }
        } catch (NumberFormatException e) {
            // as zero
        }
        throw new IllegalArgumentException(
                "'" + name + "' does not say how many loops; write as " + Setting.DEFAULT + "@2");
    }

    /** All names. */
    static String names() {
        return Arrays.stream(WaitStrategy.values())
                        .filter(wait -> wait != WaitStrategy.INVOKED)
                        .map(wait -> wait.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .collect(Collectors.joining(", "))
                + ", " + Setting.DEFAULT + "; with @N, N loops for the IO connections of a path";
    }
}
