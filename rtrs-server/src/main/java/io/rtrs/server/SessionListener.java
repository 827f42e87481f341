package io.rtrs.server;

import io.rtrs.core.Status;

/**
 * Told when sessions come and go (spec/rtrs.md 11, 14.2).
 *
 * <p><b>Threading:</b> one call at a time, in the order of what happened, in a thread for these calls alone. While one
 * runs everything else goes on, other sessions and their heartbeats; only the next session that connects has to wait
 * for its own call. It must not wait for {@link RtrsServer#close()}, which on this thread only begins to close.
 *
 * <p><b>Bounds:</b> a session whose call does not return within the server's
 * {@linkplain RtrsServer.Builder#halfOpenTimeout half-open time}, or has not begun by then, loses its path, and its
 * client may come again; so no more calls wait than there may be sessions. {@link RtrsServer#close()} waits until the
 * listener was told of all, for a bounded time; behind that no call begins, but perhaps one that this thread had taken
 * and not yet entered.
 */
public interface SessionListener {

    /** Does nothing. */
    SessionListener NONE = new SessionListener() {};

    /**
     * The first path of a session is connected; the client is told after this returns. If its path is gone by then,
     * {@link #onDisconnected} follows, before the next session that comes of the same client.
     *
     * @return OK; anything else refuses the path, which is closed with that
     */
    default Status onConnected(ServerSession session) {
        return Status.OK;
    }

    /** The last path of a session is gone; every operation of it was released. */
    default void onDisconnected(ServerSession session) {}
}
