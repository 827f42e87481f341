package io.rtrs.core.wire;

/**
 * Text that a peer chose, made fit for a line of a log: it cannot pretend to be another line, nor steer a terminal.
 *
 * <p>Two texts that differ stay different.
 */
public final class PeerText {
    private PeerText() {}

    /**
     * The text with what is not printable, and the backslash, as their number in braces, like
     * <code>&#92;u{a}</code>: control and format characters, separators of lines and paragraphs, halves of surrogate pairs.
     */
    public static String printable(String text) {
        if (text.codePoints().allMatch(PeerText::isPrintable)) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (isPrintable(c)) {
                result.appendCodePoint(c);
            } else {
                result.append("\\u{%x}".formatted(c));
            }
        });
        return result.toString();
    }

    private static boolean isPrintable(int c) {
        return c != '\\'
                && switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED -> false;
                    default -> true;
                };
    }
}
