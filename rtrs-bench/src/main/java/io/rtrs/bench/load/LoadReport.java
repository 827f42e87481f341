package io.rtrs.bench.load;

import org.HdrHistogram.Histogram;

import java.util.Locale;

/**
 * What a load run measured.
 *
 * @param operations requests completed in the counted time
 * @param errors requests that failed, warm-up included
 * @param bytes data bytes of the counted requests
 * @param elapsedNs the counted time
 * @param latencyNs latencies of the counted requests, nanoseconds
 */
public record LoadReport(long operations, long errors, long bytes, long elapsedNs, Histogram latencyNs) {

    /** Requests per second. */
    public double iops() {
        return operations * 1e9 / elapsedNs;
    }

    /** Data bytes per second. */
    public double bytesPerSecond() {
        return bytes * 1e9 / elapsedNs;
    }

    /** Throughput and latency percentiles on a few lines. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "%d ops, %d errors, %.0f IO/s, %.1f MiB/s%n"
                        + "latency us: p50 %.1f  p90 %.1f  p99 %.1f  p99.9 %.1f  max %.1f",
                operations,
                errors,
                iops(),
                bytesPerSecond() / (1 << 20),
                us(50),
                us(90),
                us(99),
                us(99.9),
                latencyNs.getMaxValue() / 1e3);
    }

    private double us(double percentile) {
        return latencyNs.getValueAtPercentile(percentile) / 1e3;
    }
}
