package io.rtrs.cli.load;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a phase did.
 *
 * @param read the reads
 * @param write the writes
 * @param errors requests that failed, or brought wrong data
 * @param failure the first error, or null
 * @param elapsedNs from its start to its last completion
 */
public record LoadReport(
        Side read, Side write, long errors, @Nullable String failure, long elapsedNs) {

    /**
     * Reads, or writes.
     *
     * @param operations requests that succeeded
     * @param bytes their data
     * @param latencyNs their latencies in nanoseconds
     */
    public record Side(long operations, long bytes, Histogram latencyNs) {

        /** Both together. */
        Side plus(Side other) {
            Histogram all = latencyNs.copy();
            all.add(other.latencyNs);
            return new Side(operations + other.operations, bytes + other.bytes, all);
        }
    }

    /** Reads and writes together. */
    public Side all() {
        return read.plus(write);
    }

    /** This phase and a later one as if they were one. */
    public LoadReport then(LoadReport later) {
        return new LoadReport(
                read.plus(later.read),
                write.plus(later.write),
                errors + later.errors,
                failure != null ? failure : later.failure,
                elapsedNs + later.elapsedNs);
    }

    /** Duration in seconds, never 0. */
    public double seconds() {
        return Math.max(1, elapsedNs) / 1e9;
    }
}
