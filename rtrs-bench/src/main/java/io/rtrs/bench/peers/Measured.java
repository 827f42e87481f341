package io.rtrs.bench.peers;

import io.rtrs.bench.peers.work.Shape;

import java.util.Locale;

/**
 * The result of one load of one transport, as a client process tells it. Figures that a program does not tell are NaN.
 *
 * @param shape the load
 * @param requests answered in the counted time
 * @param seconds the counted time
 * @param p50Us half of the requests took no longer, microseconds
 * @param p99Us 99 of 100 took no longer
 * @param clientBytes allocated per request in the client
 * @param serverBytes allocated per request in the server
 * @param clientCpu seconds that the client's threads ran in the counted time
 * @param serverCpu seconds that the server's did
 * @param failed requests that failed or brought wrong bytes
 */
public record Measured(
        Shape shape,
        long requests,
        double seconds,
        double p50Us,
        double p99Us,
        double clientBytes,
        double serverBytes,
        double clientCpu,
        double serverCpu,
        long failed) {
    private static final String MARK = "measured";

    /** Of a program that only tells how many it did. */
    static Measured rate(Shape shape, long requests, double seconds) {
        double none = Double.NaN;
        return new Measured(shape, requests, seconds, none, none, none, none, none, none, 0);
    }

    /** The same with a median. */
    Measured withP50Us(double us) {
        return new Measured(
                shape, requests, seconds, us, p99Us, clientBytes, serverBytes, clientCpu, serverCpu, failed);
    }

    /** The same with what both ends ran, in seconds. */
    Measured withCpu(double client, double server) {
        return new Measured(shape, requests, seconds, p50Us, p99Us, clientBytes, serverBytes, client, server, failed);
    }

    /** The same as the figure of a load. */
    Measured of(Shape load, long failures) {
        return new Measured(
                load, requests, seconds, p50Us, p99Us, clientBytes, serverBytes, clientCpu, serverCpu, failures);
    }

    /** Requests per second. */
    public double perSecond() {
        return requests / seconds;
    }

    /** Block bytes per second. */
    public double bytesPerSecond() {
        return perSecond() * shape.blockSize();
    }

    /** Seconds that both ends ran for each 10⁹ bytes of blocks. */
    public double cpuPerGb() {
        return (clientCpu + serverCpu) / (bytesPerSecond() * seconds / 1e9);
    }

    /** For people, without what is not told. */
    String figures() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(Locale.ROOT, "%9.0f IO/s %6.2f GB/s", perSecond(), bytesPerSecond() / 1e9));
        if (!Double.isNaN(p50Us)) {
            text.append(String.format(Locale.ROOT, "  p50 %7.1f us", p50Us));
        }
        if (!Double.isNaN(p99Us)) {
            text.append(String.format(Locale.ROOT, "  p99 %7.1f us", p99Us));
        }
        if (!Double.isNaN(clientBytes)) {
            text.append(String.format(Locale.ROOT, "  B/IO %.2f client %.2f server", clientBytes, serverBytes));
        }
        if (Double.isFinite(cpuPerGb())) {
            text.append(String.format(Locale.ROOT, "  CPU s/GB %.2f", cpuPerGb()));
        }
        return (failed == 0 ? text : text.append("  FAILED ").append(failed)).toString();
    }

    /** A line that {@link #parse} understands. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%s %s %d %.6f %.3f %.3f %.3f %.3f %.3f %.3f %d",
                MARK,
                shape,
                requests,
                seconds,
                p50Us,
                p99Us,
                clientBytes,
                serverBytes,
                clientCpu,
                serverCpu,
                failed);
    }

    /** Whether a line is one of {@link #line}. */
    public static boolean isLine(String line) {
        return line.startsWith(MARK + " ");
    }

    /** Reads a line of {@link #line}. */
    public static Measured parse(String line) {
        String[] words = line.split(" ", -1);
        return new Measured(
                Shape.parse(words[1]),
                Long.parseLong(words[2]),
                Double.parseDouble(words[3]),
                Double.parseDouble(words[4]),
                Double.parseDouble(words[5]),
                Double.parseDouble(words[6]),
                Double.parseDouble(words[7]),
                Double.parseDouble(words[8]),
                Double.parseDouble(words[9]),
                Long.parseLong(words[10]));
    }
}
