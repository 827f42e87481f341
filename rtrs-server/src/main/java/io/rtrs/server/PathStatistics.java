package io.rtrs.server;

/**
 * What a path served (spec/rtrs.md 15.2); bytes count data and user header.
 *
 * @param reads READ requests
 * @param readBytes their bytes
 * @param writes WRITE requests
 * @param writeBytes their bytes
 */
public record PathStatistics(long reads, long readBytes, long writes, long writeBytes) {}
