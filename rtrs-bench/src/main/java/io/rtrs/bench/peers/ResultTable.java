package io.rtrs.bench.peers;

import io.rtrs.bench.peers.work.Shape;
import io.rtrs.bench.rounds.Better;
import io.rtrs.bench.rounds.Spread;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results as a table in Markdown: a row for each transport, a part for each direction.
 *
 * <p>A cell holds the median of the rounds, and the worst of them in parentheses; of allocated bytes, the medians.
 */
final class ResultTable {
    private static final double HALF_A_BYTE = 0.5;

    private final Results results;

    ResultTable(Results results) {
        this.results = results;
    }

    String text() {
        return part(true) + "\n" + part(false);
    }

    private String part(boolean write) {
        StringBuilder text = new StringBuilder();
        text.append("| ").append(write ? "Writes" : "Reads");
        text.append(" | 4 KiB, depth 1: p50 µs | p99 µs | IO/s | 4 KiB, depth 32: IO/s | p50 µs");
        text.append(" | 128 KiB, depth 32: GB/s | CPU s/GB | p50 µs | B/IO client | B/IO server |\n");
        text.append("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        results.titles().forEach(title -> text.append(row(title, write)));
        return text.toString();
    }

    private String row(String title, boolean write) {
        Shape one = new Shape(write, 4096, 1);
        Shape small = new Shape(write, 4096, 32);
        Shape large = new Shape(write, Shape.BLOCK_MAX, 32);
        List<String> cells = new ArrayList<>();
        cells.add(title);
        cells.add(cell(title, one, "%.1f", Measured::p50Us, Better.LESS));
        cells.add(cell(title, one, "%.1f", Measured::p99Us, Better.LESS));
        cells.add(cell(title, one, "%,.0f", Measured::perSecond, Better.MORE));
        cells.add(cell(title, small, "%,.0f", Measured::perSecond, Better.MORE));
        cells.add(cell(title, small, "%.1f", Measured::p50Us, Better.LESS));
        cells.add(cell(title, large, "%.2f", result -> result.bytesPerSecond() / 1e9, Better.MORE));
        cells.add(cell(title, large, "%.2f", Measured::cpuPerGb, Better.LESS));
        cells.add(cell(title, large, "%.1f", Measured::p50Us, Better.LESS));
        cells.add(bytes(title, List.of(one, small, large), Measured::clientBytes));
        cells.add(bytes(title, List.of(one, small, large), Measured::serverBytes));
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private String cell(String title, Shape shape, String format, ToDoubleFunction<Measured> figure, Better better) {
        return results.spread(title, shape, figure, better).text(format);
    }

    /** Of those loads that were run. */
    private String bytes(String title, List<Shape> shapes, ToDoubleFunction<Measured> figure) {
        String cells = shapes.stream()
                .flatMap(shape -> {
                    double bytes =
                            results.spread(title, shape, figure, Better.LESS).median();
                    return Double.isNaN(bytes) ? Stream.empty() : Stream.of(bytes);
                })
                .map(bytes -> bytes < HALF_A_BYTE ? "0" : String.format(Locale.ROOT, "%.0f", bytes))
                .collect(Collectors.joining(" / "));
        return cells.isEmpty() ? Spread.NONE : cells;
    }
}
