package io.rtrs.soft.roce.driver.udp;

/**
 * Layouts of the C library's messages, addresses and polling, as LP64 Linux has them.
 *
 * <p>Each nested class is a C structure, each constant the offset of its member in bytes, {@code sizeof} its size, named
 * as C names them; a test compares them with the C compiler's opinion.
 */
@SuppressWarnings("MemberName") // C's names
final class SocketLayout {
    private SocketLayout() {}

    /** C: {@code struct sockaddr_in}. */
    static final class sockaddr_in {
        private sockaddr_in() {}

        static final int sizeof = 16;
        static final int sin_family = 0;
        static final int sin_port = 2;
        static final int sin_addr = 4;
    }

    /** C: {@code struct sockaddr_in6}. */
    static final class sockaddr_in6 {
        private sockaddr_in6() {}

        static final int sizeof = 28;
        static final int sin6_family = 0;
        static final int sin6_port = 2;
        static final int sin6_flowinfo = 4;
        static final int sin6_addr = 8;
        static final int sin6_scope_id = 24;
    }

    /** C: {@code struct iovec}. */
    static final class iovec {
        private iovec() {}

        static final int sizeof = 16;
        static final int iov_base = 0;
        static final int iov_len = 8;
    }

    /** C: {@code struct msghdr}. */
    static final class msghdr {
        private msghdr() {}

        static final int sizeof = 56;
        static final int msg_name = 0;
        static final int msg_namelen = 8;
        static final int msg_iov = 16;
        static final int msg_iovlen = 24;
        static final int msg_control = 32;
        static final int msg_controllen = 40;
        static final int msg_flags = 48;
    }

    /** C: {@code struct mmsghdr}, which starts with a {@code msghdr}. */
    static final class mmsghdr {
        private mmsghdr() {}

        static final int sizeof = 64;
        static final int msg_hdr = 0;
        static final int msg_len = 56;
    }

    /** C: {@code struct cmsghdr}; the data follows it at once. */
    static final class cmsghdr {
        private cmsghdr() {}

        static final int sizeof = 16;
        static final int cmsg_len = 0;
        static final int cmsg_level = 8;
        static final int cmsg_type = 12;
    }

    /** C: {@code struct sock_extended_err}; the address of who reported the error follows it at once. */
    static final class sock_extended_err {
        private sock_extended_err() {}

        static final int sizeof = 16;
        static final int ee_errno = 0;
        static final int ee_origin = 4;
    }

    /** C: {@code struct pollfd}. */
    static final class pollfd {
        private pollfd() {}

        static final int sizeof = 8;
        static final int fd = 0;
        static final int events = 4;
        static final int revents = 6;
    }

    /** C: {@code struct timespec}. */
    static final class timespec {
        private timespec() {}

        static final int sizeof = 16;
        static final int tv_sec = 0;
        static final int tv_nsec = 8;
    }

    /** C: {@code struct sock_filter}, an instruction of classic BPF. */
    static final class sock_filter {
        private sock_filter() {}

        static final int sizeof = 8;
        static final int code = 0;
        static final int jt = 2;
        static final int jf = 3;
        static final int k = 4;
    }

    /** C: {@code struct sock_fprog}. */
    static final class sock_fprog {
        private sock_fprog() {}

        static final int sizeof = 16;
        static final int len = 0;
        static final int filter = 8;
    }
}
