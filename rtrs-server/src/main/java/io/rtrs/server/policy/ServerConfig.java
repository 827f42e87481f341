package io.rtrs.server.policy;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.core.wire.Protocol;
import io.rtrs.server.FencePolicy;

/**
 * What a server announces and bounds (spec/rtrs.md 16).
 *
 * @param queueDepth chunks per path
 * @param chunkSize bytes of a chunk, a power of two
 * @param maxHeaderSize bytes of a chunk that are not for data
 * @param alwaysInvalidate mode Y
 * @param descriptors pieces that INFO_RSP shows the memory in, without {@code alwaysInvalidate}; divides the queue depth
 * @param fence whether requests of one path of a session wait for those of another with the same buffer id, and how long
 * @param halfOpenTimeoutNs how long a path may take from its first connection to INFO
 */
public record ServerConfig(
        int queueDepth,
        int chunkSize,
        int maxHeaderSize,
        boolean alwaysInvalidate,
        int descriptors,
        FencePolicy fence,
        long halfOpenTimeoutNs) {
    private static final int HEADER_MIN = 64;

    /**
     * Checks the rules between the values.
     *
     * @throws RtrsException EINVAL, naming value and rule
     */
    public static ServerConfig checked(ServerConfig config) throws RtrsException {
        int depth = config.queueDepth;
        int chunk = config.chunkSize;
        check(depth >= 1 && depth <= Protocol.QUEUE_DEPTH_MAX, "queueDepth", depth, "must be 1 to 65535");
        check(
                chunk >= Protocol.CHUNK_SIZE_MIN && Integer.bitCount(chunk) == 1,
                "chunkSize",
                chunk,
                "must be a power of two of at least " + Protocol.CHUNK_SIZE_MIN);
        check(
                Protocol.fitsImmediate(depth, chunk),
                "chunkSize",
                chunk,
                "does not fit 28 bits beside queue depth " + depth);
        int header = config.maxHeaderSize;
        check(
                header >= HEADER_MIN && header < chunk,
                "maxHeaderSize",
                header,
                "must be at least " + HEADER_MIN + " and less than the chunk size");
        int pieces = config.descriptors;
        check(pieces >= 1 && depth % pieces == 0, "descriptors", pieces, "must divide the queue depth " + depth);
        check(config.halfOpenTimeoutNs > 0, "halfOpenTimeout", config.halfOpenTimeoutNs, "must be positive");
        return config;
    }

    private static void check(boolean holds, String name, long value, String rule) throws RtrsException {
        if (!holds) {
            throw new RtrsException(Errno.EINVAL, name + " = " + value + " " + rule);
        }
    }

    /** Bytes of the chunks of a path. */
    public long chunkBytes() {
        return (long) queueDepth * chunkSize;
    }

    /** The private data of every accept. */
    public ConRsp.Accept accept() {
        return new ConRsp.Accept(queueDepth, chunkSize - maxHeaderSize, maxHeaderSize, alwaysInvalidate);
    }
}
