package io.rtrs.server.request;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import io.rtrs.server.OpenOperation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that the handler had when somebody looked.
 *
 * @param operation of its chunk, which may have the next request by now
 * @param handle the request's
 */
public record HeldOperation(Operation operation, long handle, int bufferId, Direction direction, int dataLength)
        implements OpenOperation {
    private static final Logger LOG = LoggerFactory.getLogger(HeldOperation.class);

    /** The request that the handler has now, or null if it has none of this chunk. */
    public static @Nullable HeldOperation of(Operation operation) {
        long handle = operation.handle();
        if (!operation.isWithHandler(handle)) {
            return null;
        }
        HeldOperation held = new HeldOperation(
                operation, handle, operation.bufferId(), operation.direction(), operation.dataLength());
        return operation.isWithHandler(handle) ? held : null; // else the fields may be the next request's
    }

    @Override
    public boolean abandon(Status status) {
        if (status.isOk()) {
            throw new IllegalArgumentException("an abandoned request cannot be answered with OK: say what went wrong");
        }
        boolean ended = operation.respondIfStill(handle, status);
        if (ended) {
            LOG.warn("{}: the {} of buffer {} was abandoned with {}", operation.session(), direction, bufferId, status);
        }
        return ended;
    }
}
