package io.rtrs.server;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.UUID;

/**
 * A client's session: one or more paths (spec/rtrs.md 0.1).
 *
 * <p><b>Threading:</b> every method from any thread.
 */
public interface ServerSession {

    /** The name that the client chose; not safe to use in a file name or a log format as it is. */
    String name();

    /** The session's identity. */
    UUID uuid();

    /** Whether a path is connected at this moment. */
    boolean isConnected();

    /** Chunks of each path. */
    int queueDepth();

    /** Whether a client's key to a chunk ends with each request. */
    boolean alwaysInvalidate();

    /** The paths that exist now, those being made or closed included. */
    List<ServerPath> paths();

    /** What {@link #attach} was given last. */
    @Nullable
    Object attachment();

    /** Keeps an object with this session. */
    void attach(@Nullable Object attachment);

    /** Starts to close all paths of the session and returns at once; the client may connect again. */
    void disconnect();
}
