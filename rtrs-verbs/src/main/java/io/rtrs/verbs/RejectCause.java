package io.rtrs.verbs;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why a connect request was refused: the reasons of the IB connection manager, the status of a {@code REJECTED} event.
 *
 * <p>The one place where they have words and errnos, for all providers and for both ends.
 */
public enum RejectCause {
    NO_QP(1, "it has no such queue pair", Numbers.ECONNREFUSED),
    NO_EEC(2, "it has no such end-to-end context", Numbers.ECONNREFUSED),
    NO_RESOURCES(3, "it has no resources for another connection now", Numbers.EAGAIN),
    TIMEOUT(4, "it gave up waiting for this side", Numbers.ETIMEDOUT),
    UNSUPPORTED_REQUEST(5, "it does not support the request", Numbers.EOPNOTSUPP),
    INVALID_COMM_ID(6, "it does not know the connection's id", Numbers.ECONNRESET),
    INVALID_COMM_INSTANCE(7, "it does not know the connection's instance", Numbers.ECONNRESET),
    INVALID_SERVICE(8, "nobody listens on that port", Numbers.ECONNREFUSED),
    INVALID_TRANSPORT(9, "it does not serve this kind of connection", Numbers.EPROTONOSUPPORT),
    STALE_CONNECTION(10, "it still has an older connection of the same queue pair", Numbers.EAGAIN),
    NO_RDC(11, "it has no such reliable datagram channel", Numbers.ECONNREFUSED),
    INVALID_GID(12, "the addresses in the request are not those of its sender and receiver", Numbers.EADDRNOTAVAIL),
    INVALID_LID(13, "the local identifier of the path is wrong", Numbers.EADDRNOTAVAIL),
    INVALID_SERVICE_LEVEL(14, "it does not accept the service level", Numbers.EINVAL),
    INVALID_TRAFFIC_CLASS(15, "it does not accept the traffic class", Numbers.EINVAL),
    INVALID_HOP_LIMIT(16, "it does not accept the hop limit", Numbers.EINVAL),
    INVALID_PACKET_RATE(17, "it does not accept the packet rate", Numbers.EINVAL),
    INVALID_ALTERNATE_GID(18, "it does not accept the alternate path's address", Numbers.EADDRNOTAVAIL),
    INVALID_ALTERNATE_LID(19, "it does not accept the alternate path's local identifier", Numbers.EADDRNOTAVAIL),
    INVALID_ALTERNATE_SERVICE_LEVEL(20, "it does not accept the alternate path's service level", Numbers.EINVAL),
    INVALID_ALTERNATE_TRAFFIC_CLASS(21, "it does not accept the alternate path's traffic class", Numbers.EINVAL),
    INVALID_ALTERNATE_HOP_LIMIT(22, "it does not accept the alternate path's hop limit", Numbers.EINVAL),
    INVALID_ALTERNATE_PACKET_RATE(23, "it does not accept the alternate path's packet rate", Numbers.EINVAL),
    PORT_AND_CM_REDIRECT(24, "it wants another port and another manager to be asked", Numbers.EOPNOTSUPP),
    PORT_REDIRECT(25, "it wants another port to be asked", Numbers.EOPNOTSUPP),
    INVALID_MTU(26, "its link does not carry the path MTU that was asked for", Numbers.EMSGSIZE),
    FEW_RESPONDER_RESOURCES(27, "it does not serve so many reads at once", Numbers.EINVAL),
    CONSUMER(28, "its program refused", Numbers.ECONNREFUSED),
    RNR_RETRY_COUNT(29, "it does not accept the RNR retry count", Numbers.EINVAL),
    DUPLICATE_COMM_ID(30, "it has a connection with the same id", Numbers.EAGAIN),
    UNSUPPORTED_CLASS_VERSION(31, "it does not speak this version of connection management", Numbers.EPROTONOSUPPORT),
    INVALID_FLOW_LABEL(32, "it does not accept the flow label", Numbers.EINVAL),
    INVALID_ALTERNATE_FLOW_LABEL(33, "it does not accept the alternate path's flow label", Numbers.EINVAL),
    VENDOR_OPTION(35, "it does not support a vendor's option", Numbers.EOPNOTSUPP);

    /** Linux's errnos. */
    private static final class Numbers {
        static final int EAGAIN = 11;
        static final int EINVAL = 22;
        static final int EMSGSIZE = 90;
        static final int EPROTONOSUPPORT = 93;
        static final int EOPNOTSUPP = 95;
        static final int EADDRNOTAVAIL = 99;
        static final int ECONNRESET = 104;
        static final int ETIMEDOUT = 110;
        static final int ECONNREFUSED = 111;
    }

    private final int reason;
    private final String words;
    private final int errno;

    RejectCause(int reason, String words, int errno) {
        this.reason = reason;
        this.words = words;
        this.errno = errno;
    }

    /** The number on the wire. */
    public int reason() {
        return reason;
    }

    /** What it means; "it" is who refused. */
    public String words() {
        return words;
    }

    /** The positive errno for who asked; EAGAIN where the same may be granted a moment later. */
    public int errno() {
        return errno;
    }

    /** The cause with a number; empty for one that the architecture does not know. */
    public static Optional<RejectCause> of(int reason) {
        return Arrays.stream(values()).filter(cause -> cause.reason == reason).findAny();
    }

    /** Words and number of any reason: {@code "nobody listens on that port (reject reason 8)"}. */
    public static String describe(int reason) {
        return of(reason).map(RejectCause::words).orElse("for a reason that is not known here") + " (reject reason "
                + reason + ")";
    }

    /** The positive errno of any reason; ECONNREFUSED for one that is not known. */
    public static int errno(int reason) {
        return of(reason).map(RejectCause::errno).orElse(Numbers.ECONNREFUSED);
    }
}
