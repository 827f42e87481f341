package io.rtrs.cli.attach;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table that fits lines of any width: columns are left out, those that matter least first, all but two; then the first one,
 * which is typed or copied elsewhere, is shortened.
 *
 * <p><b>Threading:</b> one thread.
 */
final class Columns {
    private static final int FIRST_LEAST = 12;
    private static final String GAP = "  ";
    private static final String CUT = "…";

    private final List<String> titles;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these titles; all but the first column in the order of how much they matter. */
    Columns(String... titles) {
        this.titles = List.of(titles);
    }

    /** Adds a row with as many cells as there are titles. */
    void row(String... cells) {
        if (cells.length != titles.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + titles);
        }
        rows.add(List.of(cells));
    }

    /** Lines of at most so many characters; none without rows. */
    List<String> lines(int width) {
        List<String> lines = new ArrayList<>();
        if (rows.isEmpty()) {
            return lines;
        }
        int first = widthOf(0);
        int shown = 1;
        int taken = 0;
        while (shown < titles.size()) {
            int more = GAP.length() + widthOf(shown);
            int least = shown == 1 ? Math.min(first, FIRST_LEAST) : first;
            if (least + taken + more > width) {
                break;
            }
            taken += more;
            shown++;
        }
        int firstWidth = Math.max(1, Math.min(first, width - taken));
        lines.add(line(titles, shown, firstWidth, width));
        for (List<String> row : rows) {
            lines.add(line(row, shown, firstWidth, width));
        }
        return lines;
    }

    private int widthOf(int column) {
        int widest = titles.get(column).length();
        for (List<String> row : rows) {
            widest = Math.max(widest, row.get(column).length());
        }
        return widest;
    }

    private String line(List<String> cells, int shown, int firstWidth, int width) {
        StringBuilder line = new StringBuilder(pad(shorten(cells.getFirst(), firstWidth), -firstWidth));
        for (int i = 1; i < shown; i++) {
            line.append(GAP).append(pad(cells.get(i), widthOf(i)));
        }
        String text = line.toString().stripTrailing();
        return text.length() <= width ? text : text.substring(0, width);
    }

    private static String pad(String text, int width) {
        return String.format(Locale.ROOT, "%" + width + "s", text);
    }

    /** Cuts the middle out, because addresses differ at their ends. */
    static String shorten(String text, int width) {
        if (text.length() <= width) {
            return text;
        }
        int rest = width - CUT.length();
        int tail = (rest + 1) / 2;
        return rest <= 0
                ? text.substring(0, width)
                : text.substring(0, rest - tail) + CUT + text.substring(text.length() - tail);
    }
}
