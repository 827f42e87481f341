package io.rtrs.cli.text;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as text: {@code 4096}, {@code 128K}, {@code 256M}, {@code 1G}, {@code 2T}, in steps of 1024. */
public final class Sizes {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,99})([KMGT]?)", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGT";
    private static final int STEP_BITS = 10;

    private Sizes() {}

    /**
     * Reads a size.
     *
     * @throws IllegalArgumentException naming the text if it is none, or above 2^63 − 1
     */
    public static long parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no size; sizes are written 4096, 128K, 256M, 1G or 2T");
        }
        int shift = STEP_BITS * (UNITS.indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1);
        try {
            long number = Long.parseLong(matcher.group(1));
            return Math.multiplyExact(number, matcher.group(2).isEmpty() ? 1 : 1L << shift);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is too large: the most is " + Long.MAX_VALUE + " bytes", e);
        }
    }

    /** As {@link #parse} reads it, with the largest unit that loses nothing. */
    public static String exact(long bytes) {
        int unit = 0;
        long number = bytes;
        while (unit < UNITS.length() && number != 0 && number % (1 << STEP_BITS) == 0) {
            number >>= STEP_BITS;
            unit++;
        }
        return unit == 0 ? Long.toString(number) : number + UNITS.substring(unit - 1, unit);
    }

    /** Rounded for people, {@code "1.50 GiB"}. */
    public static String rounded(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double number = (double) bytes;
        while (number >= 1 << STEP_BITS && unit < units.length - 1) {
            number /= 1 << STEP_BITS;
            unit++;
        }
        String digits = unit == 0 || number >= 100 ? "%.0f %s" : number >= 10 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, digits, number, units[unit]);
    }
}
