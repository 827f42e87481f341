package io.rtrs.bench.rounds;

import io.rtrs.bench.load.LoadReport;

import java.io.IOException;
import java.util.Locale;

/**
 * What one setting did in one round.
 *
 * @param perSecond requests a second
 * @param p50Us half of the requests took no longer, microseconds
 * @param p99Us 99 of 100 took no longer
 * @param failed requests that failed
 */
public record Outcome(double perSecond, double p50Us, double p99Us, long failed) {
    private static final String MARK = "outcome";
    private static final int WORDS = 5;

    /** Of a load that ran. */
    public static Outcome of(LoadReport report) {
        return new Outcome(
                report.iops(),
                report.latencyNs().getValueAtPercentile(50) / 1e3,
                report.latencyNs().getValueAtPercentile(99) / 1e3,
                report.errors());
    }

    /** A line that {@link #parse} understands. */
    public String line() {
        return String.format(Locale.ROOT, "%s %.3f %.3f %.3f %d", MARK, perSecond, p50Us, p99Us, failed);
    }

    /**
     * Reads a line of {@link #line}.
     *
     * @throws IOException that says what was printed in its place
     */
    public static Outcome parse(String line) throws IOException {
        String[] words = line.split(" ", -1);
        try {
            if (words.length == WORDS && words[0].equals(MARK)) {
                return new Outcome(
                        Double.parseDouble(words[1]),
                        Double.parseDouble(words[2]),
                        Double.parseDouble(words[3]),
                        Long.parseLong(words[4]));
            }
        } catch (NumberFormatException e) {
            throw new IOException("no result: " + line, e);
        }
        throw new IOException("no result: " + line);
    }

    /** For people. */
    public String figures() {
        String text = String.format(Locale.ROOT, "%9.0f IO/s  p50 %8.1f us  p99 %8.1f us", perSecond, p50Us, p99Us);
        return failed == 0 ? text : text + "  FAILED " + failed;
    }
}
