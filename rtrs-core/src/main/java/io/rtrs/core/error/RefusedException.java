package io.rtrs.core.error;

/** The other end, or its connection manager, refused a connection, with the errno that it gave. */
public final class RefusedException extends RtrsException {
    private static final long serialVersionUID = 1L;

    private final boolean temporary;

    /**
     * Creates an exception.
     *
     * @param errno an errno of either sign, not 0
     * @param message who refused what, and why
     */
    public RefusedException(int errno, String message) {
        this(errno, message, isForTheMoment(errno));
    }

    private RefusedException(int errno, String message, boolean temporary) {
        super(errno, message);
        this.temporary = temporary;
    }

    private static boolean isForTheMoment(int errno) {
        int positive = Math.abs(errno);
        return positive == Errno.EAGAIN || positive == Errno.EBUSY;
    }

    /** The same refusal, by somebody who knows that what stands in the way is about to end. */
    public RefusedException temporarily() {
        return new RefusedException(errno(), reason(), true);
    }

    /** Whether the same may be granted a moment later: EAGAIN, EBUSY, or what is {@linkplain #temporarily known} to end. */
    public boolean isTemporary() {
        return temporary;
    }
}
