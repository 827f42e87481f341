package io.rtrs.core.error;

import org.jspecify.annotations.Nullable;

/**
 * The Linux errnos that RTRS and the block layers above it use, positive as in C.
 *
 * <p>On the wire and in return values errnos are negative; the methods here take either sign.
 */
public final class Errno {
    /** The largest errno that an answer's immediate can carry (9 bits, spec/rtrs.md 2). */
    public static final int WIRE_MAX = 511;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int E2BIG = 7;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int ERANGE = 34;
    public static final int EDEADLK = 35;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENODATA = 61;
    public static final int ETIME = 62;
    public static final int ENOLINK = 67;
    public static final int ECOMM = 70;
    public static final int EPROTO = 71;
    public static final int EBADMSG = 74;
    public static final int EOVERFLOW = 75;
    public static final int EILSEQ = 84;
    public static final int EMSGSIZE = 90;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EOPNOTSUPP = 95;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNABORTED = 103;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int EISCONN = 106;
    public static final int ENOTCONN = 107;
    public static final int ESHUTDOWN = 108;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int EALREADY = 114;
    public static final int EINPROGRESS = 115;
    public static final int ESTALE = 116;
    public static final int EREMOTEIO = 121;
    public static final int ECANCELED = 125;

    private static final @Nullable String[] NAMES = new String[128];
    private static final @Nullable String[] TEXTS = new String[128];

    static {
        put(EPERM, "EPERM", "operation not permitted");
        put(ENOENT, "ENOENT", "no such file or object");
        put(EINTR, "EINTR", "interrupted");
        put(EIO, "EIO", "input/output error");
        put(ENXIO, "ENXIO", "no such device or session");
        put(E2BIG, "E2BIG", "list too long");
        put(EAGAIN, "EAGAIN", "try again");
        put(ENOMEM, "ENOMEM", "out of memory");
        put(EACCES, "EACCES", "permission denied");
        put(EFAULT, "EFAULT", "bad address");
        put(EBUSY, "EBUSY", "busy");
        put(EEXIST, "EEXIST", "exists already");
        put(ENODEV, "ENODEV", "no such device");
        put(EINVAL, "EINVAL", "invalid argument");
        put(ENOSPC, "ENOSPC", "no space left");
        put(EROFS, "EROFS", "read-only");
        put(ERANGE, "ERANGE", "out of range");
        put(EDEADLK, "EDEADLK", "would wait for itself");
        put(ENAMETOOLONG, "ENAMETOOLONG", "name too long");
        put(ENOSYS, "ENOSYS", "not implemented");
        put(ENODATA, "ENODATA", "no data available");
        put(ETIME, "ETIME", "timer expired");
        put(ENOLINK, "ENOLINK", "link is severed");
        put(ECOMM, "ECOMM", "no path is connected");
        put(EPROTO, "EPROTO", "protocol error");
        put(EBADMSG, "EBADMSG", "bad message");
        put(EOVERFLOW, "EOVERFLOW", "value too large");
        put(EILSEQ, "EILSEQ", "illegal byte sequence");
        put(EMSGSIZE, "EMSGSIZE", "message too long");
        put(EPROTONOSUPPORT, "EPROTONOSUPPORT", "protocol not supported");
        put(EOPNOTSUPP, "EOPNOTSUPP", "operation not supported");
        put(EADDRINUSE, "EADDRINUSE", "address in use");
        put(EADDRNOTAVAIL, "EADDRNOTAVAIL", "address not available");
        put(ENETDOWN, "ENETDOWN", "network is down");
        put(ENETUNREACH, "ENETUNREACH", "network unreachable");
        put(ECONNABORTED, "ECONNABORTED", "connection aborted");
        put(ECONNRESET, "ECONNRESET", "connection reset by the peer");
        put(ENOBUFS, "ENOBUFS", "no buffer space");
        put(EISCONN, "EISCONN", "connected already");
        put(ENOTCONN, "ENOTCONN", "not connected");
        put(ESHUTDOWN, "ESHUTDOWN", "closed");
        put(ETIMEDOUT, "ETIMEDOUT", "timed out");
        put(ECONNREFUSED, "ECONNREFUSED", "connection refused");
        put(EHOSTUNREACH, "EHOSTUNREACH", "host unreachable");
        put(EALREADY, "EALREADY", "under way already");
        put(EINPROGRESS, "EINPROGRESS", "in progress");
        put(ESTALE, "ESTALE", "stale handle");
        put(EREMOTEIO, "EREMOTEIO", "remote input/output error");
        put(ECANCELED, "ECANCELED", "cancelled");
    }

    private Errno() {}

    private static void put(int errno, String name, String text) {
        NAMES[errno] = name;
        TEXTS[errno] = text;
    }

    /** The name of an errno of either sign, such as {@code "ECONNRESET"}; {@code "errno 600"} for an unknown one. */
    public static String name(int errno) {
        String known = known(NAMES, errno);
        return known != null ? known : "errno " + magnitude(errno);
    }

    /** What an errno of either sign means, in words; {@code "unknown error"} for an unknown one. */
    public static String text(int errno) {
        String known = known(TEXTS, errno);
        return known != null ? known : "unknown error";
    }

    /** Name, number and words: {@code "ECONNRESET (104, connection reset by the peer)"}. */
    public static String describe(int errno) {
        return name(errno) + " (" + magnitude(errno) + ", " + text(errno) + ")";
    }

    private static @Nullable String known(@Nullable String[] table, int errno) {
        long magnitude = magnitude(errno);
        return magnitude < table.length ? table[(int) magnitude] : null;
    }

    private static long magnitude(int errno) {
        return Math.abs((long) errno);
    }
}
