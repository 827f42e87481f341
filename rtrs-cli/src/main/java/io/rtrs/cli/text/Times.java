package io.rtrs.cli.text;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as text: {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}, {@code 3d}. */
public final class Times {
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Pattern TEXT = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");

    private Times() {}

    /**
     * Reads a time.
     *
     * @throws IllegalArgumentException naming the text if it is none, or longer than 365 days
     */
    public static Duration parse(String text) {
        Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no time; times are written 500ms, 10s, 2m, 1h or 3d");
        }
        long number = Long.parseLong(matcher.group(1));
        Duration time = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
        if (time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("'" + text + "' is longer than 365 days");
        }
        return time;
    }
}
