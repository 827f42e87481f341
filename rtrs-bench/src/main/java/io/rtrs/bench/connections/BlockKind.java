package io.rtrs.bench.connections;

import io.rtrs.bench.peers.work.Shape;

import java.util.Locale;

/**
 * What the requests are.
 *
 * @param write whether blocks go to the server
 * @param blockSize bytes of a block
 */
record BlockKind(boolean write, int blockSize) {
    BlockKind {
        if (blockSize < 1 || blockSize > Shape.BLOCK_MAX) {
            throw new IllegalArgumentException(
                    "block size " + blockSize + "; 1 to " + Shape.BLOCK_MAX + " bytes are possible");
        }
    }

    /** As in {@code write:4096}. */
    static BlockKind parse(String text) {
        String[] parts = text.split(":", -1);
        boolean write = parts[0].equals("write");
        if (parts.length == 2 && (write || parts[0].equals("read")) && parts[1].matches("\\d{1,9}")) {
            return new BlockKind(write, Integer.parseInt(parts[1]));
        }
        throw new IllegalArgumentException("'" + text + "': write:BLOCKSIZE or read:BLOCKSIZE, as in write:4096");
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s:%d", write ? "write" : "read", blockSize);
    }
}
