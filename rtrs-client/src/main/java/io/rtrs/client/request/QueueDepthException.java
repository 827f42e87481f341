package io.rtrs.client.request;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;

/** A server wants another queue depth than the session has permits: no later attempt will be better (spec/rtrs.md 8). */
public final class QueueDepthException extends RtrsException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception. */
    public QueueDepthException(int queueDepth, int permits) {
        super(Errno.EINVAL, "CON_RSP.queue_depth = " + queueDepth + ", but the session was opened with " + permits);
    }
}
