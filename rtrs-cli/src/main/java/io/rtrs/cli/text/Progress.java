package io.rtrs.cli.text;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Shows how far a long piece of work is: a bar that stays on its line where people look, else a line now and then.
 *
 * <p><b>Threading:</b> one thread.
 */
public final class Progress {
    private static final int WIDTH = 30;
    private static final long LINE_INTERVAL_NS = 5_000_000_000L;
    private static final String CLEAR_REST_OF_LINE = "\033[K";

    /** How it is shown. */
    public enum Style {
        /** A bar, drawn over and over. */
        BAR,
        /** A line every five seconds. */
        LINES,
        /** Not at all. */
        NONE
    }

    private final PrintWriter out;
    private final Style style;
    private long lastLineNs;
    private boolean drawn;

    /** Progress that starts now. */
    public Progress(PrintWriter out, Style style, long nowNs) {
        this.out = out;
        this.style = style;
        this.lastLineNs = nowNs;
    }

    /** Shows the state; with lines only if the last one is old enough. */
    public void show(String what, double fraction, double bytesPerSecond, long nowNs) {
        double bounded = Math.min(1, Math.max(0, fraction));
        if (style == Style.BAR) {
            out.print('\r' + bar(what, bounded) + "  " + Sizes.rounded((long) bytesPerSecond) + "/s"
                    + CLEAR_REST_OF_LINE);
            out.flush();
            drawn = true;
        } else if (style == Style.LINES && nowNs - lastLineNs >= LINE_INTERVAL_NS) {
            lastLineNs = nowNs;
            out.println(what + ": " + percent(bounded) + " %, " + Sizes.rounded((long) bytesPerSecond) + "/s");
            out.flush();
        }
    }

    /** Takes the bar away. */
    public void clear() {
        if (drawn) {
            out.print('\r' + CLEAR_REST_OF_LINE);
            out.flush();
            drawn = false;
        }
    }

    private static String bar(String what, double fraction) {
        int full = (int) (fraction * WIDTH);
        return String.format(
                Locale.ROOT, "%-7s [%s%s] %3d %%", what, "#".repeat(full), "-".repeat(WIDTH - full), percent(fraction));
    }

    private static int percent(double fraction) {
        return (int) (fraction * 100);
    }
}
