package io.rtrs.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The meters of paths that come and go: those that are there are compared with those that have meters whenever the registry
 * looks at the number of paths, which it does with each of its samples.
 *
 * <p>A registry gives one meter to two paths of the same tags, and takes it from both. So the second one waits for its meters
 * until the tags are free.
 *
 * <p><b>Threading:</b> any thread; one at a time changes.
 *
 * @param <P> a path
 */
final class PathMeters<P> {
    private record Registered(Tags tags, List<Meter> meters) {}

    private final MeterRegistry registry;
    private final BiFunction<P, Tags, List<Meter>> register;
    private final Map<P, Registered> registered = new HashMap<>();
    private boolean closed;

    /**
     * Meters of no path.
     *
     * @param register makes the meters of a path, with these tags
     */
    PathMeters(MeterRegistry registry, BiFunction<P, Tags, List<Meter>> register) {
        this.registry = registry;
        this.register = register;
    }

    /** These are the paths now whose tags are known. */
    synchronized void refresh(Map<P, Tags> paths) {
        if (closed) {
            return;
        }
        registered.entrySet().removeIf(known -> {
            boolean gone = !known.getValue().tags().equals(paths.get(known.getKey()));
            if (gone) {
                remove(known.getValue());
            }
            return gone;
        });
        Set<Tags> taken = new HashSet<>();
        registered.values().forEach(known -> taken.add(known.tags()));
        paths.forEach((path, tags) -> {
            if (!registered.containsKey(path) && taken.add(tags)) {
                registered.put(path, new Registered(tags, new ArrayList<>(register.apply(path, tags))));
            }
        });
    }

    private void remove(Registered gone) {
        gone.meters().forEach(registry::remove);
    }

    /** No path has meters any more. */
    synchronized void close() {
        closed = true;
        registered.values().forEach(this::remove);
        registered.clear();
    }
}
