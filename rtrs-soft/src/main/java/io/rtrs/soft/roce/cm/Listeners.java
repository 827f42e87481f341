package io.rtrs.soft.roce.cm;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/**
 * The listeners of one address: those bound to it are asked first, then those at the wildcard. Which address a request came
 * to is decided before, by the endpoint that received it.
 */
final class Listeners {
    private final Map<Integer, Listener> bound = new HashMap<>();
    private final Map<Integer, Listener> wildcard = new HashMap<>();
    private final Map<Long, Listener> byHandle = new HashMap<>();
    private long lastHandle;

    /** A new listener, or null if the port is taken. */
    @Nullable
    Listener add(int port, boolean any, int backlog) {
        Listener listener = new Listener(lastHandle + 1, port, any, backlog);
        if (table(any).putIfAbsent(port, listener) != null) {
            return null;
        }
        lastHandle = listener.handle;
        byHandle.put(listener.handle, listener);
        return listener;
    }

    boolean remove(long handle) {
        Listener listener = byHandle.remove(handle);
        return listener != null && table(listener.wildcard).remove(listener.port, listener);
    }

    @Nullable
    Listener find(int port) {
        Listener listener = bound.get(port);
        return listener != null ? listener : wildcard.get(port);
    }

    int size() {
        return byHandle.size();
    }

    private Map<Integer, Listener> table(boolean any) {
        return any ? wildcard : bound;
    }
}
