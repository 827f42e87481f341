package io.rtrs.core.wire;

/**
 * Where each chunk of the server is, on one path (spec/rtrs.md 5.7).
 *
 * <p><b>Ownership</b>: the arrays belong to whoever asked for the map; the keys change with each answer in mode Y.
 */
public final class ChunkMap {
    private final long[] addresses;
    private final int[] rkeys;

    ChunkMap(long[] addresses, int[] rkeys) {
        this.addresses = addresses;
        this.rkeys = rkeys;
    }

    /** Number of chunks, the queue depth. */
    public int size() {
        return addresses.length;
    }

    /** The address of each chunk by buffer id; not a copy. */
    public long[] addresses() {
        return addresses;
    }

    /** The key of each chunk by buffer id; not a copy. */
    public int[] rkeys() {
        return rkeys;
    }
}
