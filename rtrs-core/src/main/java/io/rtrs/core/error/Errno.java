package io.rtrs.core.error;

import io.rtrs.core.Status;

/**
 * The Linux errnos that RTRS and the block layers above it use, positive as in C: inside the library, where they are
 * numbers on their way to or from the wire and verbs. Its users see a {@link Status}.
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
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int EDEADLK = 35;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int EBADE = 52;
    public static final int ENODATA = 61;
    public static final int ETIME = 62;
    public static final int ENOLINK = 67;
    public static final int ECOMM = 70;
    public static final int EPROTO = 71;
    public static final int EBADMSG = 74;
    public static final int EOVERFLOW = 75;
    public static final int EREMCHG = 78;
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
    public static final int ETOOMANYREFS = 109;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;
    public static final int EALREADY = 114;
    public static final int EINPROGRESS = 115;
    public static final int ESTALE = 116;
    public static final int EREMOTEIO = 121;
    public static final int EDQUOT = 122;
    public static final int ENOMEDIUM = 123;
    public static final int ECANCELED = 125;

    private Errno() {}

    /** The name of an errno of either sign, such as {@code "ECONNRESET"}; {@code "errno 600"} for an unknown one. */
    public static String name(int errno) {
        Status status = Status.of(errno);
        return status == Status.OTHER ? "errno " + Math.abs((long) errno) : status.symbol();
    }

    /** What an errno of either sign means, in words; {@code "unknown error"} for an unknown one. */
    public static String text(int errno) {
        return Status.of(errno).text();
    }

    /** Name, number and words: {@code "ECONNRESET (104, connection reset by the peer)"}. */
    public static String describe(int errno) {
        return name(errno) + " (" + Math.abs((long) errno) + ", " + text(errno) + ")";
    }
}
