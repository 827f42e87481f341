package io.rtrs.core.work;

/**
 * How many loops connections share.
 *
 * @param mode who turns them
 * @param perPath the IO connections of a path share at most so many; without meaning for {@link LoopMode#OWN_THREAD}
 * @param most so many loops for IO there are at most in all, and as many for service connections; beyond, paths share them
 */
public record LoopShare(LoopMode mode, int perPath, int most) {
    /** More loops of a path than this are a typing error. */
    public static final int PER_PATH_MAX = 4096;

    /** Loops for as many connections of a path. */
    public int of(int connections) {
        return mode == LoopMode.OWN_THREAD ? connections : Math.min(perPath, connections);
    }
}
