package io.rtrs.server.request;

import io.rtrs.server.ServerSession;

/** What an operation needs of its path. */
public interface OperationOwner extends Fence.FencedPath {
    /** The session. */
    ServerSession session();

    /** Whether answers may be sent. */
    boolean isConnected();

    /** An operation was released while the path is not connected; any thread. */
    void onReleasedLate();

    /**
     * Has the client show that it used the path later than a moment of the {@link Fence}; then {@link Operation#onProven}
     * follows. Any thread.
     */
    void prove(Operation operation, long after);

    /** Something broke: close the path. Any thread; only the first reason counts. */
    void fail(int errno, String reason);
}
