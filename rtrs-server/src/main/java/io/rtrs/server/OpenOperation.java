package io.rtrs.server;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;

/**
 * A request that was with the handler when {@link ServerPath#openOperations()} was called: for an operator who finds that a
 * handler never answers. Equal in two calls if it is the same request.
 *
 * <p><b>Threading:</b> any thread.
 */
public interface OpenOperation {

    /** The chunk's index. */
    int bufferId();

    /** Which way the data goes. */
    Direction direction();

    /** Bytes of data in the chunk: what arrived for a WRITE, the room for the result of a READ. */
    int dataLength();

    /**
     * Answers the request in the handler's place, and gives its chunk back: on a path that is being closed this is what the
     * close waits for. The handler's own answer, should it come, is refused as a second one.
     *
     * <p><b>Dangerous</b> while the handler may still use the chunk: the client's next request comes into the same memory, and
     * after a close it is freed.
     *
     * @param status what the client is told; not OK, since nobody knows whether the request was executed
     * @return false if it has been answered meanwhile
     * @throws IllegalArgumentException if the status is OK
     */
    boolean abandon(Status status);
}
