package io.rtrs.core.error;

/** The other end, or its connection manager, refused a connection, with the errno that it gave. */
public final class RefusedException extends RtrsException {
    private static final long serialVersionUID = 1L;

    private final boolean temporary;
    private final boolean lasting;

    /**
     * Creates an exception.
     *
     * @param errno an errno of either sign, not 0
     * @param message who refused what, and why
     */
    public RefusedException(int errno, String message) {
        this(errno, message, isForTheMoment(errno), false);
    }

    private RefusedException(int errno, String message, boolean temporary, boolean lasting) {
        super(errno, message);
        this.temporary = temporary;
        this.lasting = lasting;
    }

    /**
     * A refusal by the server itself, which may say by its errno that it {@linkplain #isLasting lasts}; a connection
     * manager on the way says nothing of the kind.
     *
     * @param errno that of CON_RSP, of either sign, not 0
     */
    public static RefusedException byServer(int errno, String message) {
        boolean lasts = isForGood(errno);
        String text = lasts ? message + ", it does not serve this client" : message;
        return new RefusedException(errno, text, isForTheMoment(errno), lasts);
    }

    /**
     * EACCES is what our server says to who is not among its clients, and EPERM means nothing else. The kernel's server
     * sends neither: its ECONNRESET, EEXIST, ENXIO and ENOMEM may all be over a moment later.
     */
    private static boolean isForGood(int errno) {
        int positive = Math.abs(errno);
        return positive == Errno.EACCES || positive == Errno.EPERM;
    }

    private static boolean isForTheMoment(int errno) {
        int positive = Math.abs(errno);
        return positive == Errno.EAGAIN || positive == Errno.EBUSY;
    }

    /** The same refusal, by somebody who knows that what stands in the way is about to end. */
    public RefusedException temporarily() {
        return new RefusedException(errno(), reason(), true, false);
    }

    /** Whether the same may be granted a moment later: EAGAIN, EBUSY, or what is {@linkplain #temporarily known} to end. */
    public boolean isTemporary() {
        return temporary;
    }

    /** Whether the server has said that it does not serve this client: asking again by itself is of no use. */
    public boolean isLasting() {
        return lasting;
    }
}
