package io.rtrs.bench.rounds;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * One figure of several rounds.
 *
 * @param median the middle one, or the mean of the two in the middle; NaN if there is none
 * @param worst the lowest of what is better when it is more, else the highest; NaN if there is none
 * @param rounds how many there were
 */
public record Spread(double median, double worst, int rounds) {
    /** What a table shows where nothing was measured. */
    public static final String NONE = "–";

    /** Of these figures; those that are NaN were not measured. */
    public static Spread of(DoubleStream figures, Better better) {
        double[] sorted =
                figures.filter(figure -> !Double.isNaN(figure)).sorted().toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, 0);
        }
        double worst = better == Better.MORE ? sorted[0] : sorted[sorted.length - 1];
        return new Spread(median(sorted), worst, sorted.length);
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The median of these figures, NaN if there is none. */
    public static double median(DoubleStream figures) {
        return of(figures, Better.MORE).median();
    }

    /** As {@code 1.25 (0.90)}: the median and the worst; of a single round, that one. */
    public String text(String format) {
        if (rounds == 0) {
            return NONE;
        }
        String middle = String.format(Locale.ROOT, format, median);
        return rounds == 1 ? middle : middle + " (" + String.format(Locale.ROOT, format, worst) + ")";
    }

    /** Ratios as {@code 1.25 (0.90 to 1.31)}: the median, the lowest and the highest. */
    public static String ratios(double... ratios) {
        if (ratios.length == 0) {
            return NONE;
        }
        DoubleStream all = Arrays.stream(ratios);
        return String.format(
                Locale.ROOT,
                "%.2f (%.2f to %.2f)",
                median(all),
                Arrays.stream(ratios).min().orElseThrow(),
                Arrays.stream(ratios).max().orElseThrow());
    }
}
