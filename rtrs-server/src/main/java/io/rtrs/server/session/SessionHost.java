package io.rtrs.server.session;

/**
 * What a session needs of the server around it.
 *
 * <p><b>Threading:</b> the control thread calls.
 */
public interface SessionHost {
    /** The first path could be up: asks the listener; {@link Session#onAnswer} follows, perhaps inside this call. */
    void onConnecting(Session session);

    /** Nobody waits for the listener's answer any more; false if it cannot be kept from being asked. */
    boolean takeBack(Session session);

    /** The last path is down: tells the listener. */
    void onDisconnected(Session session);

    /** The session has no path any more. */
    void onEmpty(Session session);

    /** A path of a session is up or gone. */
    void onPathsChanged();
}
