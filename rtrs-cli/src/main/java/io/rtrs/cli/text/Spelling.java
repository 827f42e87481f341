package io.rtrs.cli.text;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Which word was meant by one that is none. Pure. */
public final class Spelling {
    private Spelling() {}

    /**
     * The nearest of several words, if it is near: up to two letters are wrong, or a third of the longer word, and not more
     * than half of it.
     */
    public static Optional<String> nearest(String written, Stream<String> words) {
        String bare = withoutValue(written);
        return words.filter(word -> isNear(bare, word)).min(Comparator.comparingInt(word -> distance(bare, word)));
    }

    /** An option may be written with its value. */
    private static String withoutValue(String written) {
        int equals = written.indexOf('=');
        return written.startsWith("-") && equals > 0 ? written.substring(0, equals) : written;
    }

    private static boolean isNear(String written, String word) {
        int longer = Math.max(written.length(), word.length());
        return distance(written, word) <= Math.min(longer / 2, Math.max(2, longer / 3));
    }

    /** Letters to add, to leave out, to replace, or neighbours to exchange, until one is the other. */
    static int distance(String one, String other) {
        int[] before = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[other.length() + 1];
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                boolean same = one.charAt(i - 1) == other.charAt(j - 1);
                now[j] = Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(last[j], now[j - 1]));
                boolean exchanged = i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
                if (exchanged) {
                    now[j] = Math.min(now[j], before[j - 2] + 1);
                }
            }
            before = last;
            last = now;
        }
        return last[other.length()];
    }
}
