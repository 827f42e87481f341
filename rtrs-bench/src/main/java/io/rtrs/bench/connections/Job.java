package io.rtrs.bench.connections;

import java.util.Locale;

/**
 * What a client process is told to do.
 *
 * @param waiting how loops wait, as options call it
 * @param connections for IO, or {@link Setting#DEFAULT_CONNECTIONS}
 * @param threads that block, or {@link Setting#ASYNC}
 * @param kind of the requests
 * @param depth requests in flight where nobody blocks
 * @param warmUp seconds before the load counts
 * @param runTime seconds that it counts
 */
record Job(String waiting, int connections, int threads, BlockKind kind, int depth, double warmUp, double runTime) {
    /** A line that {@link #parse} understands. */
    String line() {
        return String.format(
                Locale.ROOT, "%s %d %d %s %d %.3f %.3f", waiting, connections, threads, kind, depth, warmUp, runTime);
    }

    /** Reads a line of {@link #line}. */
    static Job parse(String line) {
        String[] words = line.split(" ", -1);
        return new Job(
                words[0],
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                BlockKind.parse(words[3]),
                Integer.parseInt(words[4]),
                Double.parseDouble(words[5]),
                Double.parseDouble(words[6]));
    }
}
