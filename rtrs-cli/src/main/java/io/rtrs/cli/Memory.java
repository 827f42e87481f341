package io.rtrs.cli;

import io.rtrs.cli.block.MemoryBlocks;
import io.rtrs.cli.doctor.Machine;
import io.rtrs.cli.doctor.MemoryRoom;
import io.rtrs.cli.text.Sizes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Allocates a server's memory. */
final class Memory {
    private Memory() {}

    /** Zeroed blocks; the option that asked for too much is named, with what stands in the way and what helps. */
    static MemoryBlocks ofSize(String option, long bytes) throws IOException {
        return ofSize(option, bytes, Machine.here());
    }

    static MemoryBlocks ofSize(String option, long bytes, Machine machine) throws IOException {
        // Linux grants more than there is, and ends the program when it uses it: so we look first.
        Optional<MemoryRoom.Limit> limit = MemoryRoom.below(machine, bytes);
        if (limit.isPresent()) {
            throw new IOException(option + " " + Sizes.exact(bytes) + ": no more than "
                    + Sizes.rounded(limit.get().bytes()) + " can be had: "
                    + limit.get().cause() + "; "
                    + limit.get().remedy());
        }
        try {
            return new MemoryBlocks(bytes);
        } catch (OutOfMemoryError | IllegalArgumentException e) {
            throw new IOException(
                    option + " " + Sizes.exact(bytes) + ": the system does not give so much memory (" + e.getMessage()
                            + "); ask for less",
                    e);
        }
    }

    /** Blocks in a file, which keeps them when the program ends; the option that named it is named. */
    static MemoryBlocks inFile(String option, Path file, long bytes) throws IOException {
        try {
            return new MemoryBlocks(file, bytes);
        } catch (IOException | OutOfMemoryError | IllegalArgumentException e) {
            throw new IOException(
                    option + " " + file + ": " + Sizes.exact(bytes) + " of it cannot be mapped (" + e
                            + "); name a file that can be written, on a file system with room",
                    e);
        }
    }
}
