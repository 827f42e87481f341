package io.rtrs.cli;

import io.rtrs.cli.text.Sizes;
import io.rtrs.core.wire.Protocol;
import io.rtrs.server.RtrsServer;
import picocli.CommandLine;

/**
 * The chunks of a server: a power of two that holds the largest IO and its header; all of them fit in what an immediate can
 * name.
 *
 * @param size bytes of one
 * @param count how many
 */
record Chunks(int size, int count) {
    private static final int SMALLEST = 8192;
    private static final long TOTAL_MAX = 256L << 20; // 28 bits, spec/rtrs.md 8

    /** Chunks for so many requests of such a size at once; the options are named if there cannot be so many. */
    static Chunks of(CommandLine command, String sizeOption, int maxIo, String countOption, int count) {
        int needed = maxIo + Protocol.HEADER_SIZE_MAX_DEFAULT;
        int size = Math.max(SMALLEST, Integer.highestOneBit(needed - 1) << 1);
        long most = TOTAL_MAX / size;
        if (count > most) {
            String why = "with " + sizeOption + " " + Sizes.exact(maxIo) + "; at most " + most + " are possible";
            throw Arguments.wrong(command, countOption, count, why);
        }
        return new Chunks(size, count);
    }

    RtrsServer.Builder server() {
        return RtrsServer.builder().chunkSize(size).queueDepth(count).maxHeaderSize(Protocol.HEADER_SIZE_MAX_DEFAULT);
    }

    /** The largest IO. */
    int maxIo() {
        return size - Protocol.HEADER_SIZE_MAX_DEFAULT;
    }
}
