package io.rtrs.soft.iwarp.driver.tcp;

/**
 * Layouts and numbers of Linux for TCP sockets: stable ABI on amd64 and aarch64.
 *
 * <p>Each nested class is a C structure, each constant the offset of its member in bytes, {@code sizeof} its size, named as
 * in C.
 */
@SuppressWarnings("MemberName") // C's names
final class TcpLayout {
    static final short AF_INET = 2;
    static final short AF_INET6 = 10;
    static final int SOCK_STREAM = 1;
    static final int SOCK_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
    static final int SHUT_WR = 1;

    static final int SOL_SOCKET = 1;
    static final int SO_REUSEADDR = 2;
    static final int SO_ERROR = 4;
    static final int SO_KEEPALIVE = 9;
    static final int IPPROTO_TCP = 6;
    static final int TCP_NODELAY = 1;
    static final int TCP_MAXSEG = 2;
    static final int TCP_KEEPIDLE = 4;
    static final int TCP_KEEPINTVL = 5;
    static final int TCP_KEEPCNT = 6;
    static final int TCP_INFO = 11;
    static final int TCP_USER_TIMEOUT = 18;
    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_V6ONLY = 26;

    /** {@code tcpi_state}, the first byte of {@code struct tcp_info}: nothing is connected. */
    static final byte TCP_CLOSE = 7;

    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int EFAULT = 14;
    static final int EPIPE = 32;
    static final int EAFNOSUPPORT = 97;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int EISCONN = 106;
    static final int ETIMEDOUT = 110;
    static final int EALREADY = 114;
    static final int EINPROGRESS = 115;

    static final int EPOLLIN = 1;
    static final int EPOLLOUT = 4;
    static final int EPOLLERR = 8;
    static final int EPOLLHUP = 0x10;
    static final int EPOLLRDHUP = 0x2000;
    static final int EPOLLONESHOT = 1 << 30;
    static final int EPOLLET = 1 << 31;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;
    static final int EPOLL_CLOEXEC = 0x80000;

    private TcpLayout() {}

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
        static final int msg_iov = 16;
        static final int msg_iovlen = 24;
    }

    /** C: {@code struct pollfd}. */
    static final class pollfd {
        private pollfd() {}

        static final int sizeof = 8;
        static final int fd = 0;
        static final int events = 4;
    }

    /** C: {@code struct timespec}. */
    static final class timespec {
        private timespec() {}

        static final int sizeof = 16;
        static final int tv_sec = 0;
        static final int tv_nsec = 8;
    }

    /** C: {@code struct epoll_event}, which is packed on amd64 alone. */
    static final class epoll_event {
        private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");

        private epoll_event() {}

        static final int sizeof = PACKED ? 12 : 16;
        static final int events = 0;
        static final int data = PACKED ? 4 : 8;
    }
}
