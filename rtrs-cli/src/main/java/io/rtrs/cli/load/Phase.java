package io.rtrs.cli.load;

/**
 * A piece of a load.
 *
 * @param name what it is called while it is under way
 * @param readPercent how many of a hundred requests read; the others write
 * @param random whether blocks come in random order
 * @param verify whether writes write their block's own content, and reads compare
 * @param bound which requests it has
 * @param operations how many, where the bound is {@link Bound#OPERATIONS}
 * @param longestNs it ends after this time, even if not all requests were made; {@link #UNLIMITED} for none
 */
public record Phase(
        String name, int readPercent, boolean random, boolean verify, Bound bound, long operations, long longestNs) {
    /** No limit of operations, or of time. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Which requests a phase has. */
    public enum Bound {
        /** Every block once. */
        BLOCKS,
        /** Every block that was written, once. */
        WRITTEN,
        /** A number of operations. */
        OPERATIONS
    }

    /** Writes each block once. */
    public static Phase writeAll(String name) {
        return new Phase(name, 0, false, true, Bound.BLOCKS, 0, UNLIMITED);
    }

    /** Reads and compares each block that was written. */
    public static Phase readBack(String name) {
        return new Phase(name, 100, false, true, Bound.WRITTEN, 0, UNLIMITED);
    }
}
