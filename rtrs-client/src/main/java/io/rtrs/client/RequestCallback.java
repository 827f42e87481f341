package io.rtrs.client;

import io.rtrs.core.Status;

/**
 * Told once when a request is over.
 *
 * <p><b>Threading:</b> runs on the event loop of the connection, or, if a path broke that had the request, on a thread that
 * the session makes for that; it must not block, and must not wait for another request. It may put the permit back or use it
 * for the next request.
 */
@FunctionalInterface
public interface RequestCallback {

    /**
     * The request is over; the adapter no longer touches its memory.
     *
     * @param permit the permit of the request, still held
     * @param status OK, what the server's upper layer answered, or CONNECTION_ABORTED if the path died and no other could
     *     take the request (the server may have executed it then, or not)
     */
    void onComplete(Permit permit, Status status);
}
