package io.rtrs.client;

/**
 * Told when a session loses its last path or gets the first one back (spec/rtrs.md 11); never about the initial connecting.
 *
 * <p><b>Threading:</b> one call at a time, on the session's control thread; it must not wait for requests, nor close the
 * session.
 */
public interface SessionListener {

    /** Does nothing. */
    SessionListener NONE = new SessionListener() {};

    /** The first path is up again after {@link #onDisconnected}; it can be used already. */
    default void onReconnected(ClientSession session) {}

    /** The last path that was up is gone; all its requests have been completed. */
    default void onDisconnected(ClientSession session) {}
}
