package io.rtrs.core.error;

/**
 * A message of the peer that breaks a rule of the protocol; names the field and its value.
 *
 * <p><b>Errors</b>: {@link #errno()} is the positive errno for the local user; {@link #rejectErrno()} the negative one that
 * the specification puts into a reject (spec/rtrs.md 5.3).
 */
public final class ProtocolException extends RtrsException {
    private static final long serialVersionUID = 1L;

    private final String message;
    private final String field;
    private final long value;

    /**
     * Creates an exception.
     *
     * @param errno an errno of either sign, not 0
     * @param message the wire message, such as {@code "CON_REQ"}
     * @param field the field of that message, as the specification calls it
     * @param value what it held
     * @param rule the rule that the value breaks
     */
    public ProtocolException(int errno, String message, String field, long value, String rule) {
        super(errno, message + "." + field + " = " + value + ", " + rule);
        this.message = message;
        this.field = field;
        this.value = value;
    }

    /** The wire message at fault. */
    public String wireMessage() {
        return message;
    }

    /** The field at fault. */
    public String field() {
        return field;
    }

    /** What the field held. */
    public long value() {
        return value;
    }

    /** The negative errno that a reject carries for this fault. */
    public int rejectErrno() {
        return -errno();
    }
}
