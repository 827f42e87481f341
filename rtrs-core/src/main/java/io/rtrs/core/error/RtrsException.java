package io.rtrs.core.error;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** An operation of RTRS that failed, with the errno that the kernel's function would have returned. */
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

    /** The message without the description of the errno, for another exception that adds its own. */
    public String reason() {
        return reason;
    }

    /** The positive errno. */
    public int errno() {
        return errno;
    }
}
