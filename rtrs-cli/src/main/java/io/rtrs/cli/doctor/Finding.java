package io.rtrs.cli.doctor;

import io.rtrs.cli.text.Json;
import org.jspecify.annotations.Nullable;

import java.util.Locale;

/**
 * One thing that this machine offers or lacks.
 *
 * @param level what it means
 * @param subject what was looked at
 * @param text what was found
 * @param remedy what helps, or null if nothing is wrong
 */
public record Finding(
        Level level, String subject, String text, @Nullable String remedy) {

    /** What a finding means. */
    public enum Level {
        /** As it should be. */
        OK,
        /** It works without, but less well, or not everything does. */
        NOTE,
        /** It does not work. */
        LACK
    }

    /** Nothing wrong. */
    public static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text, null);
    }

    /** Something could be better. */
    public static Finding note(String subject, String text, String remedy) {
        return new Finding(Level.NOTE, subject, text, remedy);
    }

    /** Something is missing. */
    public static Finding lack(String subject, String text, String remedy) {
        return new Finding(Level.LACK, subject, text, remedy);
    }

    /** One line, or two with the remedy. */
    public String text(int subjectWidth) {
        String mark = level.name().toLowerCase(Locale.ROOT);
        String line = String.format(Locale.ROOT, "%-5s %-" + subjectWidth + "s  %s", mark, subject, text);
        return remedy == null ? line : line + System.lineSeparator() + " ".repeat(subjectWidth + 8) + "-> " + remedy;
    }

    /** The same for programs. */
    public Json json() {
        return new Json()
                .put("level", level.name().toLowerCase(Locale.ROOT))
                .put("subject", subject)
                .put("text", text)
                .put("remedy", remedy);
    }
}
