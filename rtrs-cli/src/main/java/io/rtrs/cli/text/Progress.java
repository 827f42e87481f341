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
    private static final int SHORTEST_BAR = 4;
    private static final String CLEAR_REST_OF_LINE = "\033[K";

    /** A window that was made narrower since cuts the line instead of wrapping it. */
    private static final String WRAP_OFF = "\033[?7l";

    private static final String WRAP_ON = "\033[?7h";

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
    private final int columns;
    private long lastLineNs;
    private boolean drawn;

    /**
     * Progress that starts now.
     *
     * @param columns characters of a line of the terminal
     */
    public Progress(PrintWriter out, Style style, int columns, long nowNs) {
        this.out = out;
        this.style = style;
        this.columns = columns;
        this.lastLineNs = nowNs;
    }

    /** Shows the state; with lines only if the last one is old enough. */
    public void show(String what, double fraction, double bytesPerSecond, long nowNs) {
        show(what, fraction, Sizes.rounded((long) bytesPerSecond) + "/s", nowNs);
    }

    /** Shows the state, with words where the rate stands else. */
    public void show(String what, double fraction, String state, long nowNs) {
        double bounded = Math.min(1, Math.max(0, fraction));
        if (style == Style.BAR) {
            String line = line(what, bounded, state);
            out.print('\r' + WRAP_OFF + line + CLEAR_REST_OF_LINE + WRAP_ON);
            out.flush();
            drawn = true;
        } else if (style == Style.LINES && nowNs - lastLineNs >= LINE_INTERVAL_NS) {
            lastLineNs = nowNs;
            out.println(what + ": " + percent(bounded) + " %, " + state);
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

    /** As much as fits: the bar is shortened, then left out, then the name. */
    private String line(String what, double fraction, String rate) {
        String name = String.format(Locale.ROOT, "%-7s ", what);
        String figures = String.format(Locale.ROOT, " %3d %%  %s", percent(fraction), rate);
        int room = columns - 1 - figures.length(); // the cursor stays on the line
        int bar = Math.min(WIDTH, room - name.length() - 2);
        if (bar >= SHORTEST_BAR) {
            int full = (int) (fraction * bar);
            return name + '[' + "#".repeat(full) + "-".repeat(bar - full) + ']' + figures;
        }
        String text = what.length() <= room ? what + figures : figures.strip();
        return text.substring(0, Math.min(text.length(), Math.max(0, columns - 1)));
    }

    private static int percent(double fraction) {
        return (int) (fraction * 100);
    }
}
