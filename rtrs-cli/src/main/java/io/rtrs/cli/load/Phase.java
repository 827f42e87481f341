package io.rtrs.cli.load;

/**
 * A piece of a load.
 *
 * @param name what it is called while it is under way
 * @param readPercent how many of a hundred requests read; the others write
 * @param random whether blocks come in random order
 * @param verify whether writes write their block's own content, and reads compare
 * @param bound when it ends
 * @param limit what the bound says: operations or nanoseconds
 */
public record Phase(String name, int readPercent, boolean random, boolean verify, Bound bound, long limit) {

    /** When a phase ends. */
    public enum Bound {
        /** After every block once. */
        BLOCKS,
        /** After every block that was written, once. */
        WRITTEN,
        /** After a number of operations. */
        OPERATIONS,
        /** After a time. */
        TIME
    }

    /** Writes each block once. */
    public static Phase writeAll(String name) {
        return new Phase(name, 0, false, true, Bound.BLOCKS, 0);
    }

    /** Reads and compares each block that was written. */
    public static Phase readBack(String name) {
        return new Phase(name, 100, false, true, Bound.WRITTEN, 0);
    }
}
