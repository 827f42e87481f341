package io.rtrs.bench.peers;

import io.rtrs.bench.peers.work.Shape;
import io.rtrs.bench.rounds.Spread;

import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How many times as fast one transport is as each other, in pairs of the same round: on a machine that others use too,
 * these move less from round to round than the figures do.
 */
final class RatioTable {
    private final Results results;
    private final Collection<Shape> shapes;

    RatioTable(Results results, Collection<Shape> shapes) {
        this.results = results;
        this.shapes = shapes;
    }

    /** The one that is compared, in Markdown: a row for each other, a column for each load. */
    String text(String title) {
        StringBuilder text = new StringBuilder();
        text.append("How many times as fast as others: ").append(title);
        text.append(". Median of the rounds, (lowest to highest); by p50 at depth 1, by IO/s else.\n\n");
        text.append("| as fast as |");
        shapes.forEach(shape -> text.append(' ').append(heading(shape)).append(" |"));
        text.append("\n|---|").append("--:|".repeat(shapes.size())).append('\n');
        for (String other : results.titles()) {
            if (!other.equals(title)) {
                String cells =
                        shapes.stream().map(shape -> cell(title, other, shape)).collect(Collectors.joining(" | "));
                text.append("| ").append(other).append(" | ").append(cells).append(" |\n");
            }
        }
        return text.toString();
    }

    private static String heading(Shape shape) {
        int bytes = shape.blockSize();
        String size = bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " B";
        return String.format(Locale.ROOT, "%s %s, depth %d", shape.write() ? "write" : "read", size, shape.depth());
    }

    private String cell(String title, String other, Shape shape) {
        return Spread.ratios(results.ratios(title, other, shape, RatioTable::speed));
    }

    private static double speed(Measured result) {
        return result.shape().depth() == 1 ? 1 / result.p50Us() : result.perSecond();
    }
}
