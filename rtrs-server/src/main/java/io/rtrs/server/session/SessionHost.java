package io.rtrs.server.session;

import io.rtrs.core.Status;

/**
 * What a session needs of the server around it.
 *
 * <p><b>Threading:</b> the control thread calls.
 */
public interface SessionHost {
    /** The first path is up: tells the listener; anything but OK refuses. */
    Status onConnected(Session session);

    /** The last path is down: tells the listener. */
    void onDisconnected(Session session);

    /** The session has no path any more. */
    void onEmpty(Session session);

    /** A path of a session is up or gone. */
    void onPathsChanged();
}
