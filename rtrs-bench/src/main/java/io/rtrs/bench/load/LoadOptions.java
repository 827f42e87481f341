package io.rtrs.bench.load;

import io.rtrs.core.work.WaitStrategy;

/**
 * What load to make.
 *
 * @param pattern read, write, randread, randwrite
 * @param blockSize bytes per request
 * @param queueDepth requests in flight
 * @param span bytes of the server's memory that are used
 * @param warmUpNs nanoseconds of load that are not counted
 * @param runTimeNs nanoseconds of load that are counted
 */
public record LoadOptions(Pattern pattern, int blockSize, int queueDepth, long span, long warmUpNs, long runTimeNs) {

    /** Direction and order of the requests. */
    public enum Pattern {
        READ,
        WRITE,
        RANDREAD,
        RANDWRITE;

        boolean reads() {
            return this == READ || this == RANDREAD;
        }

        boolean random() {
            return this == RANDREAD || this == RANDWRITE;
        }
    }

    /** Checks the relations between the fields. */
    public LoadOptions {
        if (blockSize < 1) {
            throw new IllegalArgumentException("block size " + blockSize);
        }
        if (queueDepth < 1) {
            throw new IllegalArgumentException("queue depth " + queueDepth);
        }
        if (span < blockSize) {
            throw new IllegalArgumentException("span of " + span + " bytes holds no block of " + blockSize);
        }
    }

    /** The wait strategy named by an option, whatever its case. */
    public static WaitStrategy waitStrategy(String name) {
        return WaitStrategy.valueOf(name.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
    }
}
