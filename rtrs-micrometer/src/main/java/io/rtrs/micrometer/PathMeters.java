package io.rtrs.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The meters of paths that come and go: those that are there are compared with those that have meters whenever the registry
 * looks at the number of paths, which it does with each of its samples.
 *
 * <p><b>Threading:</b> any thread; one at a time changes.
 *
 * @param <P> a path
 */
final class PathMeters<P> {
    private final MeterRegistry registry;
    private final Function<P, List<Meter>> register;
    private final Map<P, List<Meter>> registered = new HashMap<>();
    private boolean closed;

    /**
     * Meters of no path.
     *
     * @param register makes the meters of a path
     */
    PathMeters(MeterRegistry registry, Function<P, List<Meter>> register) {
        this.registry = registry;
        this.register = register;
    }

    /** These are the paths now; returns how many. */
    synchronized int refresh(Collection<? extends P> paths) {
        if (closed) {
            return 0;
        }
        List<P> gone = new ArrayList<>(registered.keySet());
        gone.removeAll(paths);
        for (P path : gone) {
            remove(registered.getOrDefault(path, List.of()));
            registered.remove(path);
        }
        for (P path : paths) {
            if (!registered.containsKey(path)) {
                registered.put(path, register.apply(path));
            }
        }
        return paths.size();
    }

    private void remove(Iterable<Meter> meters) {
        meters.forEach(registry::remove);
    }

    /** No path has meters any more. */
    synchronized void close() {
        closed = true;
        registered.values().forEach(this::remove);
        registered.clear();
    }
}
