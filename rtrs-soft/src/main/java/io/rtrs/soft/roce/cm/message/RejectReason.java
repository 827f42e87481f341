package io.rtrs.soft.roce.cm.message;

/** The reasons of a REJ that this side sends or looks at (spec/rocev2.md 11.4). */
public final class RejectReason {
    /** No queue pair. */
    public static final int NO_QP = 1;

    /** No resources. */
    public static final int NO_RESOURCES = 3;

    /** The sender waited long enough. */
    public static final int TIMEOUT = 4;

    /** A communication id that the sender does not know. */
    public static final int INVALID_COMM_ID = 6;

    /** Nobody listens. */
    public static final int INVALID_SERVICE = 8;

    /** A transport other than RC. */
    public static final int INVALID_TRANSPORT = 9;

    /** The sender still has a connection of this queue pair, or this connection is over for it. */
    public static final int STALE_CONNECTION = 10;

    /** An address that is not this side's, or not the sender's. */
    public static final int INVALID_GID = 12;

    /** A path MTU that does not exist, or that the link does not carry. */
    public static final int INVALID_MTU = 26;

    /** The consumer refused; also the private header of a request was no good. */
    public static final int CONSUMER = 28;

    private RejectReason() {}
}
