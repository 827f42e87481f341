package io.rtrs.core.work;

import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

/**
 * How many loops connections share.
 *
 * @param mode who turns them; null: what is better with the provider
 * @param perPath the IO connections of a path share at most so many; without meaning for {@link LoopMode#OWN_THREAD}
 * @param most so many loops for IO there are at most in all; beyond, paths share them
 */
public record LoopShare(@Nullable LoopMode mode, int perPath, int most) {
    /** More loops of a path than this are a typing error. */
    public static final int PER_PATH_MAX = 4096;

    /**
     * Loops of a path if nobody says: half as many as there are processors, at least one. The other half is for those who
     * submit, for what a handler hands on, and for the other end where it is on the same machine.
     */
    public static int perPathByDefault() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** The same with a mode: connections share loops if nothing else was said and the provider gains by it. */
    public LoopShare on(VerbsProvider provider) {
        if (mode != null) {
            return this;
        }
        return new LoopShare(provider.gathersSends() ? LoopMode.SHARED : LoopMode.OWN_THREAD, perPath, most);
    }

    /** Loops for as many connections of a path. */
    public int of(int connections) {
        return mode == LoopMode.OWN_THREAD ? connections : Math.min(perPath, connections);
    }
}
