package io.rtrs.core.error;

import io.rtrs.core.Status;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * An operation of RTRS that failed. {@link #status()} says why by name; {@link #errno()} is the number that the kernel's
 * function would have returned.
 */
public class RtrsException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String reason;

    /**
     * Creates an exception; its message ends with the name of the errno.
     *
     * @param errno an errno of either sign, not 0
     * @param message what was attempted, and what would help
     */
    public RtrsException(int errno, String message) {
        this(errno, message, null);
    }

    /**
     * Creates an exception with a cause; its message ends with the name of the errno.
     *
     * @param errno an errno of either sign, not 0
     * @param message what was attempted, and what would help
     * @param cause what made it fail, or null
     */
    public RtrsException(int errno, String message, @Nullable Throwable cause) {
        super(message + ": " + Errno.describe(errno), cause);
        if (errno == 0) {
            throw new IllegalArgumentException("errno 0 is success: " + message);
        }
        this.errno = Math.abs(errno);
        this.reason = message;
    }

    /**
     * Creates an exception; its message ends with the status.
     *
     * @param status not OK
     * @param message what was attempted, and what would help
     */
    public RtrsException(Status status, String message) {
        this(status.errno(), message, null);
    }

    /** The message without the description of the errno, for another exception that adds its own. */
    public String reason() {
        return reason;
    }

    /** Why it failed. */
    public Status status() {
        return Status.of(errno);
    }

    /** The positive errno; that of a refused connection also where {@link #status()} has no name for it. */
    public int errno() {
        return errno;
    }
}
