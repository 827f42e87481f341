package io.rtrs.bench.peers;

import io.rtrs.bench.peers.work.Shape;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as a table in Markdown: a row for each transport, a part for each direction. */
final class ResultTable {
    private static final String NONE = "–";
    private static final double HALF_A_BYTE = 0.5;

    private final Map<String, List<Measured>> rows = new LinkedHashMap<>();
    private final Map<String, double[]> streams = new LinkedHashMap<>();

    void add(String title, Measured result) {
        rows.computeIfAbsent(title, t -> new ArrayList<>()).add(result);
    }

    /** A program that only moves bytes: per second to the server and from it. */
    void addStream(String title, double write, double read) {
        streams.put(title, new double[] {write, read});
    }

    String text() {
        return part(true) + "\n" + part(false);
    }

    private String part(boolean write) {
        StringBuilder text = new StringBuilder();
        text.append("| ").append(write ? "Writes" : "Reads");
        text.append(" | 4 KiB, depth 1: p50 µs | p99 µs | IO/s | 4 KiB, depth 32: IO/s | p50 µs");
        text.append(" | 128 KiB, depth 32: GB/s | p50 µs | B/IO client | B/IO server |\n");
        text.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        rows.forEach((title, results) -> text.append(row(title, results, write)));
        streams.forEach((title, both) -> text.append(String.format(
                Locale.ROOT, "| %s | – | – | – | – | – | %.2f | – | – | – |%n", title, both[write ? 0 : 1] / 1e9)));
        return text.toString();
    }

    private static String row(String title, List<Measured> results, boolean write) {
        Measured one = find(results, new Shape(write, 4096, 1));
        Measured small = find(results, new Shape(write, 4096, 32));
        Measured large = find(results, new Shape(write, Shape.BLOCK_MAX, 32));
        List<String> cells = new ArrayList<>();
        cells.add(title);
        cells.add(one == null ? NONE : number("%.1f", one.p50Us()));
        cells.add(one == null ? NONE : number("%.1f", one.p99Us()));
        cells.add(one == null ? NONE : number("%,.0f", one.perSecond()));
        cells.add(small == null ? NONE : number("%,.0f", small.perSecond()));
        cells.add(small == null ? NONE : number("%.1f", small.p50Us()));
        cells.add(large == null ? NONE : number("%.2f", large.bytesPerSecond() / 1e9));
        cells.add(large == null ? NONE : number("%.1f", large.p50Us()));
        cells.add(bytes(one, small, large, true));
        cells.add(bytes(one, small, large, false));
        return "| " + String.join(" | ", cells) + " |\n";
    }

    @SuppressWarnings("NullAway") // null stands for a load that was not run
    private static Measured find(List<Measured> results, Shape shape) {
        return results.stream().filter(r -> r.shape().equals(shape)).findFirst().orElse(null);
    }

    private static String bytes(Measured one, Measured small, Measured large, boolean client) {
        List<String> cells = new ArrayList<>();
        for (Measured result : new Measured[] {one, small, large}) {
            if (result != null) {
                double bytes = client ? result.clientBytes() : result.serverBytes();
                cells.add(bytes < HALF_A_BYTE ? "0" : number("%.0f", bytes));
            }
        }
        return String.join(" / ", cells);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
