package io.rtrs.cli.report;

import io.rtrs.cli.load.LoadReport;
import io.rtrs.cli.load.Timeline;
import io.rtrs.cli.text.Json;
import io.rtrs.cli.text.Sizes;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One page that needs nothing else: the data stand in it as JSON, and its script draws them.
 *
 * @param command the words of the command
 * @param outcome how it ended, for people
 * @param facts what machine and path are, in order
 * @param figures what the load did
 * @param intervals the same over time
 * @param countsRepeated whether the intervals know of repetitions
 */
public record Report(
        List<String> command,
        String outcome,
        Map<String, String> facts,
        LoadReport figures,
        List<Timeline.Interval> intervals,
        boolean countsRepeated) {
    private static final String TEMPLATE = "page.html";
    private static final String PLACE = "@DATA@";
    private static final int STEPS_PER_HALF = 5;

    /** The page. */
    public String html() {
        return template().replace(PLACE, inScript(json().toString()));
    }

    /** What ends a script, or starts a comment in one, begins with a {@code <}. */
    private static String inScript(String json) {
        return json.replace("<", "\\u003c")
                .replace(">", "\\u003e")
                .replace("&", "\\u0026")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    Json json() {
        LoadReport.Side all = figures.all();
        List<Marks.Mark> marks = Marks.of(intervals, all.latencyNs().getValueAtPercentile(99));
        return new Json()
                .put("title", "rtrs io")
                .put("command", String.join(" ", command))
                .put("outcome", outcome)
                .put("numbers", numbers(all))
                .put("figures", rows())
                .put(
                        "facts",
                        facts.entrySet().stream()
                                .map(fact ->
                                        new Json().put("name", fact.getKey()).put("value", fact.getValue()))
                                .toList())
                .put("marks_text", text(marks))
                .put("marks", marks.stream().map(Marks.Mark::json).toList())
                .putRows("percentiles", percentiles(all.latencyNs()))
                .putRows("intervals", intervals.stream().map(Report::row).toList());
    }

    private List<Json> numbers(LoadReport.Side all) {
        double seconds = figures.seconds();
        return List.of(
                number("throughput", Sizes.rounded((long) (all.bytes() / seconds)) + "/s"),
                number("requests a second", String.format(Locale.ROOT, "%,.0f", all.operations() / seconds)),
                number("median latency", us(all.latencyNs(), 50)),
                number("99 of 100 within", us(all.latencyNs(), 99)),
                number("errors", Long.toString(figures.errors())),
                number("duration", String.format(Locale.ROOT, "%.2f s", seconds)));
    }

    private static Json number(String name, String value) {
        return new Json().put("name", name).put("value", value);
    }

    private static String us(Histogram latencyNs, double percentile) {
        double us = latencyNs.getValueAtPercentile(percentile) / 1e3;
        return us < 1000 ? String.format(Locale.ROOT, "%.1f µs", us) : String.format(Locale.ROOT, "%,.2f ms", us / 1e3);
    }

    private List<Json> rows() {
        List<Json> rows = new ArrayList<>();
        for (Map.Entry<String, LoadReport.Side> side :
                List.of(Map.entry("read", figures.read()), Map.entry("write", figures.write()))) {
            Histogram latencyNs = side.getValue().latencyNs();
            if (side.getValue().operations() > 0) {
                rows.add(new Json()
                        .put("name", side.getKey())
                        .put("ops", side.getValue().operations())
                        .put("iops", side.getValue().operations() / figures.seconds(), 1)
                        .put("bytes_per_second", side.getValue().bytes() / figures.seconds(), 0)
                        .put("p50", latencyNs.getValueAtPercentile(50) / 1e3, 3)
                        .put("p90", latencyNs.getValueAtPercentile(90) / 1e3, 3)
                        .put("p99", latencyNs.getValueAtPercentile(99) / 1e3, 3)
                        .put("p999", latencyNs.getValueAtPercentile(99.9) / 1e3, 3)
                        .put("max", latencyNs.getMaxValue() / 1e3, 3));
            }
        }
        return rows;
    }

    private String text(List<Marks.Mark> marks) {
        String repeated = countsRepeated
                ? " A repetition is a time that a connection of this process began to send again what its peer had not"
                        + " acknowledged."
                : " This provider does not tell how often it sent something again.";
        return (marks.isEmpty() ? "Nothing stands out." : marks.size() + " marked ▼ above.")
                + " A stall is an interval in which nothing completed; slow is a request that took " + Marks.SLOW
                + " times the p99 of the run." + repeated;
    }

    private static List<double[]> percentiles(Histogram latencyNs) {
        List<double[]> points = new ArrayList<>();
        for (HistogramIterationValue value : latencyNs.percentiles(STEPS_PER_HALF)) {
            points.add(new double[] {value.getPercentileLevelIteratedTo(), value.getValueIteratedTo() / 1e3});
        }
        return points;
    }

    private static double[] row(Timeline.Interval interval) {
        return new double[] {
            interval.startNs() / 1e9,
            interval.lengthNs() / 1e9,
            interval.operations(),
            interval.bytes(),
            interval.p50Ns() / 1e3,
            interval.p99Ns() / 1e3,
            interval.maxNs() / 1e3,
            interval.repeated()
        };
    }

    private static String template() {
        try (InputStream page = Report.class.getResourceAsStream(TEMPLATE)) {
            if (page == null) {
                throw new IllegalStateException("no " + TEMPLATE + " beside " + Report.class);
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
