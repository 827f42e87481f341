package io.rtrs.verbs.inprocess;

/** The Linux error numbers that this provider reports. */
final class Errno {
    static final int ENOMEM = 12;
    static final int EFAULT = 14;
    static final int EBUSY = 16;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int EADDRINUSE = 98;
    static final int EADDRNOTAVAIL = 99;
    static final int ETIMEDOUT = 110;

    private Errno() {}
}
