package io.rtrs.client;

/**
 * Told when a session loses its last path or gets the first one back (spec/rtrs.md 11); never about the initial connecting.
 *
 * <p><b>Threading:</b> one call at a time, in the order of what happened, in a thread for these calls alone: one that
 * takes its time holds up no path, no heartbeat and no other session, and what it is told may be over by then
 * ({@link ClientSession#isConnected} says what holds). It may wait for requests, unless the application polls
 * ({@code WaitStrategy.INVOKED}), and change the session's paths; it must not close the session, which throws an
 * {@link IllegalStateException}.
 *
 * <p><b>Bounds:</b> the two calls always alternate. Up to 16 wait for one that does not return; beyond that pairs are
 * left out, a connection that came and went, which the log tells. {@link ClientSession#close} waits until the listener
 * was told of all, but not for ever: then it logs, and no call begins after it has returned.
 */
public interface SessionListener {

    /** Does nothing. */
    SessionListener NONE = new SessionListener() {};

    /** The first path is up again after {@link #onDisconnected}; it can be used already. */
    default void onReconnected(ClientSession session) {}

    /** The last path that was up is gone; all its requests have been completed. */
    default void onDisconnected(ClientSession session) {}
}
