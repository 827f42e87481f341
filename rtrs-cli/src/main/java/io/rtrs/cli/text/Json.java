package io.rtrs.cli.text;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** One JSON object on one line, written field by field. <b>Threading:</b> one thread. */
public final class Json {
    private final StringBuilder text = new StringBuilder("{");

    /** Starts an empty object. */
    public Json() {}

    /** Adds a string, or null. */
    public Json put(String name, @Nullable String value) {
        return raw(name, value == null ? "null" : quoted(value));
    }

    /** Adds a whole number. */
    public Json put(String name, long value) {
        return raw(name, Long.toString(value));
    }

    /** Adds true, false, or null. */
    public Json put(String name, @Nullable Boolean value) {
        return raw(name, String.valueOf(value));
    }

    /** Adds a number with a number of decimals; one that is not finite becomes null. */
    public Json put(String name, double value, int decimals) {
        return raw(name, Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "null");
    }

    /** Adds an object. */
    public Json put(String name, Json value) {
        return raw(name, value.toString());
    }

    /** Adds an array of objects. */
    public Json put(String name, Iterable<Json> values) {
        StringBuilder array = new StringBuilder("[");
        for (Json value : values) {
            array.append(array.length() == 1 ? "" : ",").append(value);
        }
        return raw(name, array.append(']').toString());
    }

    /** Adds an array of arrays of numbers, with six decimals where they are not whole; one that is not finite becomes null. */
    public Json putRows(String name, Iterable<double[]> rows) {
        StringBuilder array = new StringBuilder("[");
        for (double[] row : rows) {
            array.append(array.length() == 1 ? "[" : ",[");
            for (int i = 0; i < row.length; i++) {
                array.append(i == 0 ? "" : ",").append(shortest(row[i]));
            }
            array.append(']');
        }
        return raw(name, array.append(']').toString());
    }

    private static String shortest(double value) {
        if (!Double.isFinite(value)) {
            return "null";
        }
        return value == Math.rint(value) && Math.abs(value) < 1L << 53
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.6f", value);
    }

    private Json raw(String name, String value) {
        text.append(text.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(value);
        return this;
    }

    private static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** The object. */
    @Override
    public String toString() {
        return text + "}";
    }
}
