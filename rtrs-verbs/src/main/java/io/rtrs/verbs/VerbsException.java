package io.rtrs.verbs;

import java.io.IOException;

/** A verbs or connection-manager call that failed, with the errno that it reported. */
public class VerbsException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * Creates an exception.
     *
     * @param message what was attempted, on what, and what would help
     * @param errno the positive Linux errno, 0 if there is none
     */
    public VerbsException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /** The positive Linux errno of the failed call, 0 if it has none. */
    public int errno() {
        return errno;
    }
}
