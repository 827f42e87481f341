package io.rtrs.core;

import java.util.Arrays;

/**
 * How something ended: a request, an opening, a refusal. Each but {@link #OK} is one of Linux's errnos, which is what
 * travels in answers and rejects (spec/rtrs.md 2, 5.3) and what the kernel's ends say.
 *
 * <p>An answer's errno is the word of the server's upper layer. {@link #CONNECTION_ABORTED} also stands for a request
 * whose paths are gone, so that nobody knows whether the server has executed it.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none.
 */
public enum Status {
    /** Success. */
    OK(0, "OK", "success"),
    NOT_PERMITTED(1, "EPERM", "operation not permitted"),
    NOT_FOUND(2, "ENOENT", "no such file or object"),
    INTERRUPTED(4, "EINTR", "interrupted"),
    IO_ERROR(5, "EIO", "input/output error"),
    NO_SUCH_SESSION(6, "ENXIO", "no such device or session"),
    LIST_TOO_LONG(7, "E2BIG", "list too long"),
    TRY_AGAIN(11, "EAGAIN", "try again"),
    OUT_OF_MEMORY(12, "ENOMEM", "out of memory"),
    ACCESS_DENIED(13, "EACCES", "permission denied"),
    BAD_MEMORY(14, "EFAULT", "bad address"),
    BUSY(16, "EBUSY", "busy"),
    EXISTS_ALREADY(17, "EEXIST", "exists already"),
    NO_DEVICE(19, "ENODEV", "no such device"),
    INVALID(22, "EINVAL", "invalid argument"),
    TOO_MANY_FILES(23, "ENFILE", "the system has too many open files"),
    TOO_MANY_FILES_OF_PROCESS(24, "EMFILE", "the process has too many open files"),
    FILE_TOO_LARGE(27, "EFBIG", "file too large"),
    NO_SPACE(28, "ENOSPC", "no space left"),
    READ_ONLY(30, "EROFS", "read-only"),
    BROKEN_PIPE(32, "EPIPE", "nobody reads any more"),
    OUT_OF_RANGE(34, "ERANGE", "out of range"),
    WOULD_WAIT_FOR_ITSELF(35, "EDEADLK", "would wait for itself"),
    NAME_TOO_LONG(36, "ENAMETOOLONG", "name too long"),
    NOT_IMPLEMENTED(38, "ENOSYS", "not implemented"),
    RESERVATION_CONFLICT(52, "EBADE", "reserved by somebody else"),
    NO_DATA(61, "ENODATA", "no data available"),
    TIMER_EXPIRED(62, "ETIME", "timer expired"),
    LINK_SEVERED(67, "ENOLINK", "link is severed"),
    NO_PATH(70, "ECOMM", "no path is connected"),
    PROTOCOL_ERROR(71, "EPROTO", "protocol error"),
    BAD_MESSAGE(74, "EBADMSG", "bad message"),
    VALUE_TOO_LARGE(75, "EOVERFLOW", "value too large"),
    REMOTE_CHANGED(78, "EREMCHG", "the remote end has changed"),
    ILLEGAL_BYTES(84, "EILSEQ", "illegal byte sequence"),
    TOO_LONG(90, "EMSGSIZE", "message too long"),
    PROTOCOL_NOT_SUPPORTED(93, "EPROTONOSUPPORT", "protocol not supported"),
    NOT_SUPPORTED(95, "EOPNOTSUPP", "operation not supported"),
    ADDRESS_IN_USE(98, "EADDRINUSE", "address in use"),
    ADDRESS_NOT_AVAILABLE(99, "EADDRNOTAVAIL", "address not available"),
    NETWORK_DOWN(100, "ENETDOWN", "network is down"),
    NETWORK_UNREACHABLE(101, "ENETUNREACH", "network unreachable"),
    CONNECTION_ABORTED(103, "ECONNABORTED", "connection aborted"),
    CONNECTION_RESET(104, "ECONNRESET", "connection reset by the peer"),
    NO_BUFFERS(105, "ENOBUFS", "no buffer space"),
    CONNECTED_ALREADY(106, "EISCONN", "connected already"),
    NOT_CONNECTED(107, "ENOTCONN", "not connected"),
    CLOSED(108, "ESHUTDOWN", "closed"),
    TOO_MANY_REFERENCES(109, "ETOOMANYREFS", "too many references"),
    TIMED_OUT(110, "ETIMEDOUT", "timed out"),
    CONNECTION_REFUSED(111, "ECONNREFUSED", "connection refused"),
    HOST_UNREACHABLE(113, "EHOSTUNREACH", "host unreachable"),
    UNDER_WAY_ALREADY(114, "EALREADY", "under way already"),
    IN_PROGRESS(115, "EINPROGRESS", "in progress"),
    STALE(116, "ESTALE", "stale handle"),
    REMOTE_IO_ERROR(121, "EREMOTEIO", "remote input/output error"),
    QUOTA_EXCEEDED(122, "EDQUOT", "quota exceeded"),
    NO_MEDIUM(123, "ENOMEDIUM", "no medium"),
    CANCELLED(125, "ECANCELED", "cancelled"),
    /** An errno that has no constant here, from a foreign end; treated as an input/output error. */
    OTHER(5, "EIO", "unknown error");

    /** Errnos that a lookup finds; the wire's largest is 511, Linux's 133. */
    private static final int TABLE_SIZE = 134;

    private static final Status[] BY_ERRNO = new Status[TABLE_SIZE];

    static {
        Arrays.fill(BY_ERRNO, OTHER);
        for (Status status : values()) {
            if (status != OTHER) {
                BY_ERRNO[status.errno] = status;
            }
        }
    }

    private final int errno;
    private final String symbol;
    private final String text;

    Status(int errno, String symbol, String text) {
        this.errno = errno;
        this.symbol = symbol;
        this.text = text;
    }

    /** The status of an errno of either sign; {@link #OK} of 0, {@link #OTHER} where it has no constant. */
    public static Status of(int errno) {
        int magnitude = Math.abs(errno);
        return magnitude >= 0 && magnitude < TABLE_SIZE ? BY_ERRNO[magnitude] : OTHER;
    }

    /** Whether it is {@link #OK}. */
    public boolean isOk() {
        return this == OK;
    }

    /** Linux's errno, positive; 0 for {@link #OK}. */
    public int errno() {
        return errno;
    }

    /** Linux's name of the errno, such as {@code "ECONNRESET"}. */
    public String symbol() {
        return symbol;
    }

    /** What it means, in words. */
    public String text() {
        return text;
    }

    /** Errno and words: {@code "ECONNRESET (104, connection reset by the peer)"}. */
    @Override
    public String toString() {
        return symbol + " (" + errno + ", " + text + ")";
    }
}
