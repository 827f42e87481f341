package io.rtrs.verbs.ibverbs.layout;

/**
 * Layouts of the C library's socket addresses and polling.
 *
 * <p>Each nested class is a C structure, each constant the offset of its member in bytes, {@code sizeof} its size. The
 * names are those of C, dots of nested members written as underscores: a test compares them with the golden file, and
 * that with the C compiler's opinion. They are stable ABI on LP64 machines.
 */
@SuppressWarnings("MemberName") // C's names
public final class LibcLayout {
    private LibcLayout() {}

    /** C: {@code struct sockaddr_in}. */
    public static final class sockaddr_in {
        private sockaddr_in() {}

        public static final int sizeof = 16;
        public static final int sin_family = 0;
        public static final int sin_port = 2;
        public static final int sin_addr = 4;
    }

    /** C: {@code struct sockaddr_in6}. */
    public static final class sockaddr_in6 {
        private sockaddr_in6() {}

        public static final int sizeof = 28;
        public static final int sin6_family = 0;
        public static final int sin6_port = 2;
        public static final int sin6_flowinfo = 4;
        public static final int sin6_addr = 8;
        public static final int sin6_scope_id = 24;
    }

    /** C: {@code struct pollfd}. */
    public static final class pollfd {
        private pollfd() {}

        public static final int sizeof = 8;
        public static final int fd = 0;
        public static final int events = 4;
        public static final int revents = 6;
    }

    /** C: {@code struct timespec}. */
    public static final class timespec {
        private timespec() {}

        public static final int sizeof = 16;
        public static final int tv_sec = 0;
        public static final int tv_nsec = 8;
    }
}
