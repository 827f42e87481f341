package io.rtrs.soft.iwarp.driver.tcp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.epoll_event;
import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.pollfd;
import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.timespec;
import io.rtrs.verbs.libc.CFunction;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls of the C library of Linux that TCP needs. Not to be touched where {@link LinuxTcp#missing} names something.
 *
 * <p>A call that captures errno allocates, so {@link #readv} and {@link #sendmsg} do so only if they are asked for the reason
 * of a failure: mostly it is that nothing is there, or that there is no room.
 *
 * <p>Both take segments that they do not know of: their arenas cannot be closed while the call runs.
 *
 * <p><b>Errors:</b> a negative errno. <b>Threading:</b> any.
 */
final class Libc {
    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = function("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CONNECT = function("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle LISTEN = function("listen", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle ACCEPT4 = function("accept4", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = function("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SHUTDOWN = function("shutdown", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor READV_TYPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle READV = CFunction.plain("readv", READV_TYPE);
    private static final MethodHandle READV_ERRNO = CFunction.capturing("readv", READV_TYPE);
    private static final FunctionDescriptor SENDMSG_TYPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle SENDMSG = CFunction.plain("sendmsg", SENDMSG_TYPE);
    private static final MethodHandle SENDMSG_ERRNO = CFunction.capturing("sendmsg", SENDMSG_TYPE);
    private static final MethodHandle EPOLL_CREATE1 = function("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle EPOLL_CTL =
            function("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle EPOLL_WAIT =
            CFunction.plain("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle PPOLL =
            CFunction.plain("ppoll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle WRITE =
            CFunction.plain("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));

    /** What {@link #pollOne} needs: a {@code timespec} and a {@code pollfd}. */
    static final int POLL_BYTES = timespec.sizeof + pollfd.sizeof;

    private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1L);

    private Libc() {}

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return CFunction.capturing(name, FunctionDescriptor.of(result, arguments));
    }

    static int socket(int family) {
        try {
            MemorySegment state = CFunction.state();
            int type = TcpLayout.SOCK_STREAM | TcpLayout.SOCK_NONBLOCK_CLOEXEC;
            return outcome(state, (int) SOCKET.invokeExact(state, family, type, 0));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int bind(int fd, MemorySegment address) {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) BIND.invokeExact(state, fd, address, (int) address.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int connect(int fd, MemorySegment address) {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) CONNECT.invokeExact(state, fd, address, (int) address.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int listen(int fd, int backlog) {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) LISTEN.invokeExact(state, fd, backlog));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Takes a connection; its peer's address goes to {@code name}, whose length to an {@code int}. */
    static int accept(int fd, MemorySegment name, MemorySegment length) {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) ACCEPT4.invokeExact(state, fd, name, length, TcpLayout.SOCK_NONBLOCK_CLOEXEC));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int getsockname(int fd, MemorySegment name, MemorySegment length) {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) GETSOCKNAME.invokeExact(state, fd, name, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int setOption(int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CFunction.state();
            MemorySegment at = arena.allocateFrom(JAVA_INT, value);
            return outcome(
                    state, (int) SETSOCKOPT.invokeExact(state, fd, level, option, at, (int) JAVA_INT.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** What an option has, as many bytes as the value has room for; a negative errno, or 0. */
    static int getOption(int fd, int level, int option, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CFunction.state();
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            return outcome(state, (int) GETSOCKOPT.invokeExact(state, fd, level, option, value, length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void shutdown(int fd, int how) {
        try {
            int ignored = (int) SHUTDOWN.invokeExact(CFunction.state(), fd, how);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void close(int fd) {
        try {
            int ignored = (int) CLOSE.invokeExact(CFunction.state(), fd);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Reads to an array of {@code struct iovec}; -1 if the reason is not asked for. */
    static long readv(int fd, long iov, int count, MemorySegment a, MemorySegment b, MemorySegment c, boolean ask) {
        try {
            if (!ask) {
                return (long) READV.invokeExact(fd, iov, count, a, b, c);
            }
            MemorySegment state = CFunction.state();
            return outcome(state, (long) READV_ERRNO.invokeExact(state, fd, iov, count, a, b, c));
        } catch (IllegalStateException freed) {
            return -TcpLayout.EFAULT;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Sends a {@code struct msghdr}; -1 if the reason is not asked for. */
    static long sendmsg(int fd, long message, MemorySegment a, MemorySegment b, MemorySegment c, boolean ask) {
        try {
            if (!ask) {
                return (long) SENDMSG.invokeExact(fd, message, TcpLayout.MSG_DONTWAIT_NOSIGNAL, a, b, c);
            }
            MemorySegment state = CFunction.state();
            return outcome(state, (long)
                    SENDMSG_ERRNO.invokeExact(state, fd, message, TcpLayout.MSG_DONTWAIT_NOSIGNAL, a, b, c));
        } catch (IllegalStateException freed) {
            return -TcpLayout.EFAULT;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epollCreate() {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) EPOLL_CREATE1.invokeExact(state, TcpLayout.EPOLL_CLOEXEC));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int epollControl(int epoll, int what, int fd, int events, long data) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CFunction.state();
            MemorySegment event = arena.allocate(epoll_event.sizeof, 8);
            event.set(JAVA_INT, epoll_event.events, events);
            event.set(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, epoll_event.data, data);
            return outcome(state, (int) EPOLL_CTL.invokeExact(state, epoll, what, fd, event));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** How many events there are; 0 also after a signal. */
    static int epollWait(int epoll, MemorySegment events, int most, int timeoutMs) {
        try {
            return Math.max(0, (int) EPOLL_WAIT.invokeExact(epoll, events.address(), most, timeoutMs));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /**
     * Waits for one descriptor, and allocates nothing.
     *
     * @param what {@link Poller#IN} or {@link Poller#OUT}
     * @param room where there are {@link #POLL_BYTES} for it, from {@code at} on
     * @return whether it is ready, or broken
     */
    static boolean pollOne(int fd, int what, MemorySegment room, long at, long timeoutNs) {
        long asked = at + timespec.sizeof;
        room.set(JAVA_INT, asked + pollfd.fd, fd);
        room.set(JAVA_INT, asked + pollfd.events, what); // and nothing came of it yet
        room.set(JAVA_LONG, at + timespec.tv_sec, timeoutNs / 1_000_000_000);
        room.set(JAVA_LONG, at + timespec.tv_nsec, timeoutNs % 1_000_000_000);
        try {
            return (int) PPOLL.invokeExact(room.address() + asked, 1L, room.address() + at, 0L) > 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int eventDescriptor() {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) EVENTFD.invokeExact(state, 0, TcpLayout.SOCK_NONBLOCK_CLOEXEC));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void signal(int fd) {
        try {
            long ignored = (long) WRITE.invokeExact(fd, ONE.address(), JAVA_LONG.byteSize());
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static int outcome(MemorySegment state, int result) {
        return result >= 0 ? result : -Math.max(1, CFunction.errno(state));
    }

    private static long outcome(MemorySegment state, long result) {
        return result >= 0 ? result : -Math.max(1, CFunction.errno(state));
    }

    /** What a downcall threw: never a checked exception, so it is a defect. */
    private static Error unexpected(Throwable thrown) {
        return thrown instanceof Error error ? error : new AssertionError("a native call threw", thrown);
    }
}
