package io.rtrs.bench.connections;

import java.util.Locale;

/**
 * What one figure of the matrix is about.
 *
 * @param waiting how the loops wait, as the option calls it; {@link #DEFAULT}: as the library does if nobody says
 * @param connections for IO; {@link #DEFAULT_CONNECTIONS}: as many as the library makes if nobody says
 * @param threads that write or read one block after the other and wait for each; {@link #ASYNC}: callbacks that keep requests
 *     in flight
 */
record Setting(String waiting, int connections, int threads) {
    /** The way of waiting, and the number of connections, that nobody chose. */
    static final String DEFAULT = "default";

    /** As a number of connections. */
    static final int DEFAULT_CONNECTIONS = 0;

    /** What options call a submitter that does not wait. */
    static final String ASYNC_NAME = "async";

    /** As a number of threads. */
    static final int ASYNC = 0;

    /** For people, a column's head: {@code 4 connections}. */
    String connectionsTitle() {
        return connections == DEFAULT_CONNECTIONS
                ? String.format(
                        Locale.ROOT, "default (%d)", Runtime.getRuntime().availableProcessors())
                : connections == 1 ? "1 connection" : connections + " connections";
    }

    /** For people, a row's head: {@code 8 threads}. */
    String threadsTitle(int depth) {
        return threads == ASYNC ? "async, depth " + depth : threads == 1 ? "1 thread" : threads + " threads";
    }
}
