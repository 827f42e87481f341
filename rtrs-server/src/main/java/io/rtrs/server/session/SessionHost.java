package io.rtrs.server.session;

/**
 * What a session needs of the server around it.
 *
 * <p><b>Threading:</b> the control thread calls.
 */
public interface SessionHost {
    /** The first path could be up: asks the listener; {@link Session#onAnswer} follows, perhaps inside this call. */
    void onConnecting(Question question);

    /**
     * Nobody waits for the listener's answer any more: it need not be asked; if it lets the session be nevertheless, it
     * is told of the end at once.
     */
    void onGivenUp(Question question);

    /** The last path is down: tells the listener. */
    void onDisconnected(Session session);

    /** The session has no path any more. */
    void onEmpty(Session session);

    /** A path of a session is up or gone. */
    void onPathsChanged();
}
