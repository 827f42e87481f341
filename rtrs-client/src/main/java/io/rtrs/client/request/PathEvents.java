package io.rtrs.client.request;

import io.rtrs.core.connection.Connection;

/**
 * What the event loops report to the owner of a path, and who posts and fails.
 *
 * <p><b>Threading:</b> on any loop of the path, {@link #onPathError} on any thread; nothing here may block.
 */
public interface PathEvents {

    /** The path is broken. Only the first report counts. */
    void onPathError(int errno, String reason);

    /** The loop of a connection cannot go on: the path is broken, and the connection will not be drained. */
    void onConnectionFailed(Connection connection, String reason);

    /** Source and destination, for people. */
    String pathName();

    /** INFO_RSP is in its memory. */
    void onInfo(int length);

    /** The server answered a heartbeat. */
    void onHeartbeatAck();

    /** Whether the path is broken: then it acknowledges no heartbeat, since its requests may be on other paths. */
    boolean isBroken();

    /** A message that makes no sense was ignored. */
    void onStray(String what);

    /** The server did not invalidate a key although it was asked to. */
    void onInvalidateIgnored();

    /** Everything that was posted on the connection has been reported. */
    void onDrained(Connection connection);

    /** The loop of the connection has ended: it uses nothing of it any more. */
    void onLoopEnded(Connection connection);
}
