package io.rtrs.disni.agent;

import org.jspecify.annotations.Nullable;

/**
 * What stands behind the agent's jar on the command line.
 *
 * @param provider the provider's name; empty leaves the choice to {@code io.rtrs.verbs.provider}, else to the address
 */
record Options(String provider) {
    private static final String PROVIDER = "provider=";

    /**
     * Understands {@code provider=NAME}, or nothing.
     *
     * @throws IllegalArgumentException if it is anything else; the message says what is possible
     */
    static Options parse(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return new Options("");
        }
        if (text.startsWith(PROVIDER) && text.indexOf(',') < 0 && text.length() > PROVIDER.length()) {
            return new Options(text.substring(PROVIDER.length()));
        }
        throw new IllegalArgumentException("unknown option '" + text
                + "': nothing was done; possible is provider=NAME, with ibverbs, softroce or inprocess");
    }
}
