package io.rtrs.sim.checker;

/**
 * What the server's blocks hold, by their version; it survives the server.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class Disk {
    private final long[] versions;
    private final int blockSize;

    /** Blocks of version 0. */
    public Disk(int blocks, int blockSize) {
        this.versions = new long[blocks];
        this.blockSize = blockSize;
    }

    /** How many blocks. */
    public int blocks() {
        return versions.length;
    }

    /** Bytes of each. */
    public int blockSize() {
        return blockSize;
    }

    /** What a block holds. */
    public long version(int block) {
        return versions[block];
    }

    /** Writes a block. */
    public void write(int block, long version) {
        versions[block] = version;
    }
}
