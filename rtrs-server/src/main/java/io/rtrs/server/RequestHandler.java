package io.rtrs.server;

/** What a server does with requests (spec/rtrs.md 14.2, the rdma callback). */
@FunctionalInterface
public interface RequestHandler {

    /**
     * A request has arrived. It is answered by {@link ServerOperation#respond(long, io.rtrs.core.Status)}, before this
     * returns or later, by any thread; there is no other way.
     *
     * <p><b>Threading:</b> called on the loop of the connection that brought the request: one at a time per connection,
     * several connections at once. While it runs nothing else happens on that connection, so it must not block for long,
     * and it must not wait for another request. <b>Ownership:</b> the operation and its chunk belong to the handler until it
     * is answered. <b>Errors:</b> what it throws is logged, and answered with IO_ERROR if there was no answer before.
     *
     * @param operation the request; the object serves the chunk's next request when this one is answered
     * @param handle this request and no other: the answer names it. Keep it with whatever will answer
     */
    void onRequest(ServerOperation operation, long handle);
}
