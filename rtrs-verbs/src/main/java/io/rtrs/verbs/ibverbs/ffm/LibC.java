package io.rtrs.verbs.ibverbs.ffm;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.layout.LibcLayout.pollfd;
import io.rtrs.verbs.ibverbs.layout.LibcLayout.timespec;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The few calls of the C library that waiting needs. <b>Allocation:</b> none after a thread's first call. */
public final class LibC {
    /** {@code POLLIN}. */
    public static final short POLLIN = 1;

    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | O_NONBLOCK;

    private static final MethodHandle PPOLL = Libraries.libcErrno("ppoll", Libraries.type("ILLLL"));
    private static final MethodHandle EVENTFD = Libraries.libcErrno("eventfd", Libraries.type("III"));
    private static final MethodHandle READ = Libraries.libcErrno("read", Libraries.type("LILL"));
    private static final MethodHandle WRITE = Libraries.libcErrno("write", Libraries.type("LILL"));
    private static final MethodHandle CLOSE = Libraries.libcErrno("close", Libraries.type("II"));
    private static final MethodHandle FCNTL =
            Libraries.libcErrno("fcntl", Libraries.type("IIII"), Linker.Option.firstVariadicArg(2));

    private LibC() {}

    /** A new non-blocking eventfd. */
    public static int eventfd() throws VerbsException {
        try {
            int fd = (int) EVENTFD.invokeExact(Errno.state(), 0, EFD_CLOEXEC_NONBLOCK);
            if (fd < 0) {
                throw new VerbsException("eventfd failed", Errno.last());
            }
            return fd;
        } catch (VerbsException e) {
            throw e;
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Makes reads of the descriptor return EAGAIN where they would wait. */
    public static void setNonBlocking(int fd) throws VerbsException {
        try {
            int flags = (int) FCNTL.invokeExact(Errno.state(), fd, F_GETFL, 0);
            int result = flags < 0 ? flags : (int) FCNTL.invokeExact(Errno.state(), fd, F_SETFL, flags | O_NONBLOCK);
            if (result < 0) {
                throw new VerbsException("fcntl of descriptor " + fd + " failed", Errno.last());
            }
        } catch (VerbsException e) {
            throw e;
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Closes the descriptor; 0, or a positive errno. */
    public static int close(int fd) {
        try {
            return Errno.of((int) CLOSE.invokeExact(Errno.state(), fd));
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Reads into native memory; the count, or a negative errno. */
    public static long read(int fd, long address, long length) {
        try {
            long count = (long) READ.invokeExact(Errno.state(), fd, address, length);
            return count >= 0 ? count : -Errno.last();
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /** Writes from native memory; the count, or a negative errno. */
    public static long write(int fd, long address, long length) {
        try {
            long count = (long) WRITE.invokeExact(Errno.state(), fd, address, length);
            return count >= 0 ? count : -Errno.last();
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }

    /**
     * Waits for descriptors.
     *
     * @param fds an array of {@code struct pollfd}
     * @param time room for a {@code struct timespec}
     * @param timeoutNs negative waits without limit
     * @return how many are ready, or a negative errno
     */
    public static int ppoll(MemorySegment fds, MemorySegment time, long timeoutNs) {
        long timeout = 0;
        if (timeoutNs >= 0) {
            time.set(ValueLayout.JAVA_LONG, timespec.tv_sec, timeoutNs / 1_000_000_000);
            time.set(ValueLayout.JAVA_LONG, timespec.tv_nsec, timeoutNs % 1_000_000_000);
            timeout = time.address();
        }
        try {
            int ready =
                    (int) PPOLL.invokeExact(Errno.state(), fds.address(), fds.byteSize() / pollfd.sizeof, timeout, 0L);
            return ready >= 0 ? ready : -Errno.last();
        } catch (Throwable t) {
            throw Libraries.unexpected(t);
        }
    }
}
