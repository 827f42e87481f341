package io.rtrs.core.error;

/** The other end, or its connection manager, refused a connection, with the errno that it gave. */
public final class RefusedException extends RtrsException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param errno an errno of either sign, not 0
     * @param message who refused what, and why
     */
    public RefusedException(int errno, String message) {
        super(errno, message);
    }

    /** Whether the same may be granted a moment later: EAGAIN or EBUSY. */
    public boolean isTemporary() {
        return errno() == Errno.EAGAIN || errno() == Errno.EBUSY;
    }
}
