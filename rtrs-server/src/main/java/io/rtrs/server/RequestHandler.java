package io.rtrs.server;

/** What a server does with requests (spec/rtrs.md 14.2, the rdma callback). */
@FunctionalInterface
public interface RequestHandler {

    /**
     * A request has arrived.
     *
     * <p><b>Threading:</b> called on the loop of the connection that brought the request: one at a time per connection,
     * several connections at once. While it runs nothing else happens on that connection, so it must not block for long,
     * and it must not wait for another request. <b>Ownership:</b> the operation and its chunk belong to the handler until
     * {@link ServerOperation#respond} is called or a negative errno is returned. <b>Errors:</b> an exception is logged and
     * answered with EIO.
     *
     * @return 0 if the operation was answered, or will be later, by {@link ServerOperation#respond}; a negative errno to
     *     have it answered with that now
     */
    int onRequest(ServerOperation operation);
}
