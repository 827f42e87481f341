package io.rtrs.cli;

import io.rtrs.cli.block.MemoryBlocks;
import io.rtrs.cli.text.Sizes;

import java.io.IOException;

/** Allocates a server's memory. */
final class Memory {
    private Memory() {}

    /** Zeroed blocks; the option that asked for too much is named, with what helps. */
    static MemoryBlocks ofSize(String option, long bytes) throws IOException {
        try {
            return new MemoryBlocks(bytes);
        } catch (OutOfMemoryError | IllegalArgumentException e) {
            throw new IOException(
                    option + " " + Sizes.exact(bytes) + ": so much memory cannot be had (" + e.getMessage()
                            + "); Java's own limit is raised with -XX:MaxDirectMemorySize=" + Sizes.exact(bytes),
                    e);
        }
    }
}
