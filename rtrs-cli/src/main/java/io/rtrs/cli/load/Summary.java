package io.rtrs.cli.load;

import io.rtrs.cli.text.Json;
import io.rtrs.cli.text.Sizes;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** Reports as people and programs read them. */
public final class Summary {
    private static final String HEAD =
            String.format("%-6s %10s %10s %9s  %s", "", "MiB/s", "IO/s", "ops", "latency in us:")
                    + String.format("%8s %9s %9s %9s %9s", "p50", "p90", "p99", "p99.9", "max");

    private Summary() {}

    /** The head of a table of {@link #row}s. */
    public static String head() {
        return HEAD;
    }

    /** A line with operations, throughput and latencies. */
    public static String row(String name, LoadReport.Side side, double seconds) {
        return String.format(
                Locale.ROOT,
                "%-6s %10.1f %10.0f %9d  %14s%8.1f %9.1f %9.1f %9.1f %9.1f",
                name,
                side.bytes() / seconds / (1 << 20),
                side.operations() / seconds,
                side.operations(),
                "",
                us(side.latencyNs(), 50),
                us(side.latencyNs(), 90),
                us(side.latencyNs(), 99),
                us(side.latencyNs(), 99.9),
                side.latencyNs().getMaxValue() / 1e3);
    }

    /** A few lines as fio writes them; empty without operations. */
    public static String paragraph(String name, LoadReport.Side side, double seconds) {
        if (side.operations() == 0) {
            return "";
        }
        Histogram latencyNs = side.latencyNs();
        String first = String.format(
                Locale.ROOT,
                "  %s: IOPS=%.0f, BW=%s/s (%.0f MB/s) (%s / %.2f s)%n",
                name,
                side.operations() / seconds,
                Sizes.rounded((long) (side.bytes() / seconds)),
                side.bytes() / seconds / 1e6,
                Sizes.rounded(side.bytes()),
                seconds);
        String second = String.format(
                Locale.ROOT,
                "    latency (us): min=%.1f, avg=%.1f, stdev=%.1f%n",
                latencyNs.getMinValue() / 1e3,
                latencyNs.getMean() / 1e3,
                latencyNs.getStdDeviation() / 1e3);
        String third = String.format(
                Locale.ROOT,
                "    percentiles (us): p50=%.1f, p90=%.1f, p99=%.1f, p99.9=%.1f, max=%.1f%n",
                us(latencyNs, 50),
                us(latencyNs, 90),
                us(latencyNs, 99),
                us(latencyNs, 99.9),
                latencyNs.getMaxValue() / 1e3);
        return first + second + third;
    }

    /**
     * What a run was, beside its figures.
     *
     * @param verified whether all data was compared and equal; null if that was not asked for
     * @param provider the provider's name
     * @param rw the pattern
     */
    public record Run(@Nullable Boolean verified, String provider, String rw, int blockSize, int queueDepth) {}

    /** The object of {@code --json}. */
    public static Json json(Run run, LoadReport report) {
        LoadReport.Side all = report.all();
        Histogram latencyNs = all.latencyNs();
        Json latency = new Json()
                .put("p50", us(latencyNs, 50), 3)
                .put("p90", us(latencyNs, 90), 3)
                .put("p99", us(latencyNs, 99), 3)
                .put("p999", us(latencyNs, 99.9), 3)
                .put("max", latencyNs.getMaxValue() / 1e3, 3);
        return new Json()
                .put("verified", run.verified())
                .put("errors", report.errors())
                .put("ops", all.operations())
                .put("bytes", all.bytes())
                .put("seconds", report.seconds(), 6)
                .put("iops", all.operations() / report.seconds(), 1)
                .put("bytes_per_second", all.bytes() / report.seconds(), 0)
                .put("latency_us", latency)
                .put("provider", run.provider())
                .put("rw", run.rw())
                .put("bs", run.blockSize())
                .put("qd", run.queueDepth());
    }

    private static double us(Histogram latencyNs, double percentile) {
        return latencyNs.getValueAtPercentile(percentile) / 1e3;
    }
}
