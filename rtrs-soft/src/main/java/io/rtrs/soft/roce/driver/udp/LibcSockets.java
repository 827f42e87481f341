package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.rtrs.soft.roce.driver.udp.SocketLayout.sockaddr_in6;
import io.rtrs.soft.roce.driver.udp.SocketLayout.timespec;
import io.rtrs.verbs.libc.CFunction;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The C library of Linux. Not to be touched before {@link Platform#MISSING} was found null.
 *
 * <p>No call is a <em>critical</em> one: that would save two of some thousand nanoseconds, and hold up garbage collection
 * while the kernel copies 64 KiB. Only {@link #poll} waits.
 *
 * <p>A call that captures errno allocates a segment, also when compiled; so the hot path calls without, and asks a second
 * time, capturing, if the first call failed.
 */
final class LibcSockets implements Sockets {
    private static final int SOCK_DGRAM_NONBLOCK_CLOEXEC = 2 | 0x800 | 0x80000;
    private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_ERRQUEUE = 0x2000;

    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = function("bind", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKNAME = function("getsockname", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor SEND_TYPE = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);

    // With a segment that sendmsg does not know of: its arena cannot be closed while the call runs (see MemMove).
    private static final FunctionDescriptor HOLDING_TYPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, ADDRESS);
    private static final MethodHandle SENDMSG = CFunction.plain("sendmsg", HOLDING_TYPE);
    private static final MethodHandle SENDMSG_ERRNO = CFunction.capturing("sendmsg", HOLDING_TYPE);
    private static final MethodHandle RECVMMSG = CFunction.plain(
            "recvmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle RECVMSG = CFunction.plain("recvmsg", SEND_TYPE);
    private static final FunctionDescriptor POLL_TYPE =
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PPOLL = CFunction.plain("ppoll", POLL_TYPE);
    private static final MethodHandle PPOLL_ERRNO = CFunction.capturing("ppoll", POLL_TYPE);
    private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor COPY_TYPE =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle READ = CFunction.plain("read", COPY_TYPE);
    private static final MethodHandle WRITE = CFunction.plain("write", COPY_TYPE);
    private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);

    // What is written to event descriptors, and where what is read from them goes: nobody looks at that.
    private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1L);
    private static final MemorySegment READ_AWAY = Arena.global().allocate(JAVA_LONG);

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return CFunction.capturing(name, FunctionDescriptor.of(result, arguments));
    }

    @Override
    public int datagramSocket(int family) {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) SOCKET.invokeExact(state, family, SOCK_DGRAM_NONBLOCK_CLOEXEC, 0));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int bind(int fd, MemorySegment address) {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) BIND.invokeExact(state, fd, address.address(), (int) address.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int localPort(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CFunction.state();
            MemorySegment name = arena.allocate(sockaddr_in6.sizeof, 8);
            long length = arena.allocateFrom(JAVA_INT, (int) name.byteSize()).address();
            int result = outcome(state, (int) GETSOCKNAME.invokeExact(state, fd, name.address(), length));
            return result < 0 ? result : SocketAddresses.port(name, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int setOption(int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CFunction.state();
            long at = arena.allocateFrom(JAVA_INT, value).address();
            return outcome(
                    state, (int) SETSOCKOPT.invokeExact(state, fd, level, option, at, (int) JAVA_INT.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int setOption(int fd, int level, int option, MemorySegment value) {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int)
                    SETSOCKOPT.invokeExact(state, fd, level, option, value.address(), (int) value.byteSize()));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int getOption(int fd, int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CFunction.state();
            MemorySegment value = arena.allocate(JAVA_INT);
            long length =
                    arena.allocateFrom(JAVA_INT, (int) JAVA_INT.byteSize()).address();
            int result =
                    outcome(state, (int) GETSOCKOPT.invokeExact(state, fd, level, option, value.address(), length));
            return result < 0 ? result : value.get(JAVA_INT, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int memoryFacts(int fd, MemorySegment facts) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = CFunction.state();
            long length = arena.allocateFrom(JAVA_INT, (int) facts.byteSize()).address();
            return outcome(
                    state, (int) GETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, SO_MEMINFO, facts.address(), length));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int send(int fd, MemorySegment message, MemorySegment read) {
        try {
            long sent = (long) SENDMSG.invokeExact(fd, message.address(), MSG_DONTWAIT, read);
            return sent >= 0 ? (int) sent : sendAgain(fd, message, read);
        } catch (IllegalStateException freed) {
            throw freed;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** After a failure: why, unless it succeeds now. */
    private static int sendAgain(int fd, MemorySegment message, MemorySegment read) throws Throwable {
        MemorySegment state = CFunction.state();
        return outcome(state, (int) (long) SENDMSG_ERRNO.invokeExact(state, fd, message.address(), MSG_DONTWAIT, read));
    }

    @Override
    public int receive(int fd, MemorySegment messages, int count) {
        try {
            int received = (int) RECVMMSG.invokeExact(fd, messages.address(), count, MSG_DONTWAIT, 0L);
            return received >= 0 ? received : -EAGAIN; // nobody asks for another reason
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int receiveError(int fd, MemorySegment message) {
        try {
            return (int) (long) RECVMSG.invokeExact(fd, message.address(), MSG_ERRQUEUE | MSG_DONTWAIT);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int poll(MemorySegment fds, int count, MemorySegment time, long timeoutNs) {
        long timeout = 0;
        if (timeoutNs != Long.MAX_VALUE) {
            setTime(time, Math.max(0, timeoutNs));
            timeout = time.address();
        }
        try {
            int ready = (int) PPOLL.invokeExact(fds.address(), (long) count, timeout, 0L);
            return ready >= 0 ? ready : pollAgain(fds, count, time);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** After a failure: why, which was a signal if it succeeds now. */
    private static int pollAgain(MemorySegment fds, int count, MemorySegment time) throws Throwable {
        setTime(time, 0);
        MemorySegment state = CFunction.state();
        int ready =
                outcome(state, (int) PPOLL_ERRNO.invokeExact(state, fds.address(), (long) count, time.address(), 0L));
        return ready == 0 ? -EINTR : ready;
    }

    private static void setTime(MemorySegment time, long ns) {
        time.set(JAVA_LONG, timespec.tv_sec, ns / 1_000_000_000);
        time.set(JAVA_LONG, timespec.tv_nsec, ns % 1_000_000_000);
    }

    @Override
    public int eventDescriptor() {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) EVENTFD.invokeExact(state, 0, EFD_NONBLOCK_CLOEXEC));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int signal(int fd) {
        try {
            return (int) (long) WRITE.invokeExact(fd, ONE.address(), JAVA_LONG.byteSize());
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int drain(int fd) {
        try {
            return (int) (long) READ.invokeExact(fd, READ_AWAY.address(), JAVA_LONG.byteSize());
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    @Override
    public int close(int fd) {
        try {
            MemorySegment state = CFunction.state();
            return outcome(state, (int) CLOSE.invokeExact(state, fd));
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static int outcome(MemorySegment state, int result) {
        return result >= 0 ? result : -Math.max(1, CFunction.errno(state));
    }

    /** What a downcall threw: never a checked exception, so it is a defect. */
    private static Error unexpected(Throwable thrown) {
        return thrown instanceof Error error ? error : new AssertionError("a native call threw", thrown);
    }
}
