package io.rtrs.server.session;

/** Text that a peer chose, made fit for a line of a log. */
public final class PeerText {
    private PeerText() {}

    /** The text with everything but printable characters replaced, so that it cannot pretend to be another line. */
    public static String printable(String text) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(result::appendCodePoint);
        return result.toString();
    }
}
