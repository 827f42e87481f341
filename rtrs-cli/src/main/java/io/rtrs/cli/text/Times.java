package io.rtrs.cli.text;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as text: {@code 500ms}, {@code 10s}, {@code 2m}. */
public final class Times {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,12})(ms|s|m)");

    private Times() {}

    /**
     * Reads a time.
     *
     * @throws IllegalArgumentException naming the text if it is none, or longer than a day
     */
    public static Duration parse(String text) {
        Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no time; times are written 500ms, 10s or 2m");
        }
        long number = Long.parseLong(matcher.group(1));
        Duration time = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
        };
        if (time.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("'" + text + "' is longer than a day");
        }
        return time;
    }
}
