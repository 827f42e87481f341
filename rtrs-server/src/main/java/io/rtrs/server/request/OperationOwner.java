package io.rtrs.server.request;

import io.rtrs.server.ServerSession;

/** What an operation needs of its path. */
public interface OperationOwner {
    /** The session. */
    ServerSession session();

    /** Whether answers may be sent. */
    boolean connected();

    /** An operation was released while the path is not connected; any thread. */
    void onReleasedLate();

    /** Something broke: close the path. Any thread; only the first reason counts. */
    void fail(int errno, String reason);
}
