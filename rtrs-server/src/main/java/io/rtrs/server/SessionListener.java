package io.rtrs.server;

import io.rtrs.core.Status;

/**
 * Told when sessions come and go (spec/rtrs.md 11, 14.2).
 *
 * <p><b>Threading:</b> called on the server's control thread, one call at a time: while it runs no other connection of any
 * session can be made or closed. It must not wait for requests, nor for {@link RtrsServer#close()}.
 */
public interface SessionListener {

    /** Does nothing. */
    SessionListener NONE = new SessionListener() {};

    /**
     * The first path of a session is connected; the client is told after this returns.
     *
     * @return OK; anything else refuses the path, which is closed with that
     */
    default Status onConnected(ServerSession session) {
        return Status.OK;
    }

    /** The last path of a session is gone; every operation of it was released, and its memory will be freed next. */
    default void onDisconnected(ServerSession session) {}
}
