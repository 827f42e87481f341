package io.rtrs.cli;

import io.rtrs.cli.load.LoadShape;
import io.rtrs.cli.text.Sizes;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

import java.util.ArrayList;
import java.util.List;

/**
 * What a server takes of the load of {@code io}.
 *
 * @param maxIo bytes of a request
 * @param depth requests at once
 * @param memory bytes of its memory
 */
record IoLimits(int maxIo, int depth, long memory) {
    private static final long GIB = 1L << 30;

    /**
     * Names the option that asks for too much, and to what it can be lowered.
     *
     * @param heap bytes of Java's heap, which keeps the version of each block; {@link Long#MAX_VALUE} where it keeps none
     */
    void check(CommandLine command, LoadShape shape, long heap) {
        String blockSize = Sizes.exact(shape.blockSize());
        if (shape.blockSize() > maxIo) {
            throw Arguments.wrong(
                    command,
                    "--bs",
                    blockSize,
                    "is more than the server takes: lower it to " + Sizes.exact(maxIo)
                            + ", or raise rtrs serve --max-io");
        }
        if (shape.blockSize() > memory) {
            throw Arguments.wrong(
                    command,
                    "--bs",
                    blockSize,
                    "is more than all of the server's memory: lower it to " + Sizes.exact(memory)
                            + ", or raise rtrs serve --memory");
        }
        if (shape.slots() > depth) {
            throw tooMany(command, shape);
        }
        if (shape.blocks() / shape.slots() >= Integer.MAX_VALUE - 1) {
            throw Arguments.wrong(
                    command,
                    "--bs",
                    blockSize,
                    "makes " + shape.blocks() + " blocks, and each request in" + " flight counts at most "
                            + Integer.MAX_VALUE + ": raise it, or lower --size");
        }
        long versions = shape.blocks() * Integer.BYTES;
        if (versions > heap / 2) {
            throw new ParameterException(
                    command,
                    "--verify keeps " + Integer.BYTES + " bytes for each of "
                            + shape.blocks() + " blocks, together " + Sizes.rounded(versions) + ", but Java's heap has "
                            + Sizes.rounded(heap) + ": lower --size, raise --bs, or set RTRS_JAVA_OPTS=-Xmx"
                            + Sizes.exact(Math.ceilDiv(3 * versions, GIB) * GIB));
        }
    }

    private ParameterException tooMany(CommandLine command, LoadShape shape) {
        if (shape.jobs() == 1) {
            return Arguments.wrong(
                    command,
                    "--qd",
                    shape.queueDepth(),
                    "is more than the server takes at once: lower it to " + depth
                            + ", or raise rtrs serve --queue-depth");
        }
        List<String> ways = new ArrayList<>();
        if (depth >= shape.queueDepth()) {
            ways.add("--jobs to " + depth / shape.queueDepth());
        }
        if (depth >= shape.jobs()) {
            ways.add("--qd to " + depth / shape.jobs());
        }
        return Arguments.wrong(
                command,
                "--jobs",
                shape.jobs(),
                "with --qd " + shape.queueDepth() + " makes "
                        + shape.slots() + " requests in flight, and the server takes " + depth + ": lower "
                        + (ways.isEmpty() ? "both" : String.join(" or ", ways))
                        + ", or raise rtrs serve --queue-depth");
    }
}
