package io.rtrs.core;

/**
 * What a path carried, as its client or its server counts it (spec/rtrs.md 15); bytes count data and user header.
 *
 * @param reads READ requests
 * @param readBytes their bytes
 * @param writes WRITE requests
 * @param writeBytes their bytes
 */
public record PathStatistics(long reads, long readBytes, long writes, long writeBytes) {
    /** Nothing was served. */
    public static final PathStatistics NONE = new PathStatistics(0, 0, 0, 0);

    /** What came after an earlier moment. */
    public PathStatistics minus(PathStatistics earlier) {
        return new PathStatistics(
                reads - earlier.reads,
                readBytes - earlier.readBytes,
                writes - earlier.writes,
                writeBytes - earlier.writeBytes);
    }
}
