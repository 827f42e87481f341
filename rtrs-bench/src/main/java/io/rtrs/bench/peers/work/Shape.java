package io.rtrs.bench.peers.work;

import java.util.List;
import java.util.Locale;

/**
 * One load of the comparison.
 *
 * @param write whether blocks go to the server
 * @param blockSize bytes of a block
 * @param depth requests in flight
 */
public record Shape(boolean write, int blockSize, int depth) {
    /** The largest block. */
    public static final int BLOCK_MAX = 128 << 10;

    /** The most requests in flight. */
    public static final int DEPTH_MAX = 32;

    /** Bytes of the server's memory. */
    public static final long SPAN = 64L << 20;

    /** Latency, small blocks and large ones; writes, then reads. */
    public static final List<Shape> ALL = List.of(
            new Shape(true, 4096, 1),
            new Shape(true, 4096, 32),
            new Shape(true, BLOCK_MAX, 32),
            new Shape(false, 4096, 1),
            new Shape(false, 4096, 32),
            new Shape(false, BLOCK_MAX, 32));

    /** Checks the bounds. */
    public Shape {
        if (blockSize < Long.BYTES || blockSize > BLOCK_MAX || blockSize % Long.BYTES != 0) {
            throw new IllegalArgumentException(
                    "block size " + blockSize + "; 8 to 131072, a multiple of 8, is possible");
        }
        if (depth < 1 || depth > DEPTH_MAX) {
            throw new IllegalArgumentException("depth " + depth + "; 1 to " + DEPTH_MAX + " is possible");
        }
    }

    /** As in {@code write:4096:32}. */
    public static Shape parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3 || !(parts[0].equals("write") || parts[0].equals("read"))) {
            throw new IllegalArgumentException(
                    "load " + text + ": write:BLOCKSIZE:DEPTH or read:BLOCKSIZE:DEPTH is needed");
        }
        return new Shape(parts[0].equals("write"), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s:%d:%d", write ? "write" : "read", blockSize, depth);
    }
}
