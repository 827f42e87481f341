package io.rtrs.verbs.ibverbs.driver;

import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.ibverbs.ffm.Errno;
import io.rtrs.verbs.ibverbs.ffm.LibC;
import io.rtrs.verbs.ibverbs.layout.LibcLayout.pollfd;
import io.rtrs.verbs.ibverbs.layout.LibcLayout.timespec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Waits until a descriptor is readable, the time is over, or somebody wakes.
 *
 * <p><b>Threading:</b> {@link #wakeup} and {@link #close} from any thread; {@link #await} by as many threads as have a
 * {@link Scratch} each. <b>Ownership:</b> owns its eventfd, not the descriptor. <b>Allocation:</b> none in {@link #await}.
 */
final class Waiter {
    /** {@link #await}: the time is over. */
    static final int TIMEOUT = 0;

    /** {@link #await}: the descriptor is readable (or in error, which its reader will see). */
    static final int READABLE = 1;

    /** {@link #await}: a wake-up was consumed. */
    static final int WOKEN = 2;

    // Room for what is written to and read from eventfds; what reads leave there interests nobody.
    private static final MemorySegment ONE = Arena.global().allocateFrom(ValueLayout.JAVA_LONG, 1L);
    private static final MemorySegment SINK = Arena.global().allocate(ValueLayout.JAVA_LONG);

    private final int fd;
    private final int wakeFd;
    private boolean closed;

    Waiter(int fd) throws VerbsException {
        this.fd = fd;
        this.wakeFd = LibC.eventfd();
    }

    /** Memory that one waiting thread needs: two {@code struct pollfd} and a {@code struct timespec}. */
    record Scratch(MemorySegment fds, MemorySegment time) {
        Scratch(Arena arena) {
            this(arena.allocate(2L * pollfd.sizeof, 8), arena.allocate(timespec.sizeof, 8));
        }
    }

    /**
     * Waits.
     *
     * @param timeoutNs negative waits without limit
     * @return {@link #TIMEOUT}, or {@link #READABLE} and {@link #WOKEN} or'ed
     */
    int await(Scratch scratch, long timeoutNs) throws VerbsException {
        long start = timeoutNs > 0 ? System.nanoTime() : 0;
        long remaining = timeoutNs;
        while (true) {
            int ready = poll(scratch, remaining);
            if (ready >= 0) {
                return ready == 0 ? TIMEOUT : outcome(scratch.fds());
            }
            if (ready != -Errno.EINTR) {
                throw new VerbsException("ppoll failed with errno " + -ready, -ready);
            }
            if (timeoutNs > 0) {
                remaining = Math.max(0, timeoutNs - (System.nanoTime() - start));
            }
        }
    }

    private int poll(Scratch scratch, long timeoutNs) {
        set(scratch.fds(), 0, fd);
        set(scratch.fds(), pollfd.sizeof, wakeFd);
        return LibC.ppoll(scratch.fds(), scratch.time(), timeoutNs);
    }

    private static void set(MemorySegment fds, long at, int descriptor) {
        fds.set(ValueLayout.JAVA_INT, at + pollfd.fd, descriptor);
        fds.set(ValueLayout.JAVA_SHORT, at + pollfd.events, LibC.POLLIN);
        fds.set(ValueLayout.JAVA_SHORT, at + pollfd.revents, (short) 0);
    }

    private int outcome(MemorySegment fds) {
        int outcome = fds.get(ValueLayout.JAVA_SHORT, pollfd.revents) != 0 ? READABLE : 0;
        if (fds.get(ValueLayout.JAVA_SHORT, pollfd.sizeof + pollfd.revents) != 0) {
            LibC.read(wakeFd, SINK.address(), SINK.byteSize());
            outcome |= WOKEN;
        }
        return outcome;
    }

    /** Ends a wait that is under way, or else the next one. */
    synchronized void wakeup() {
        if (!closed) {
            LibC.write(wakeFd, ONE.address(), ONE.byteSize());
        }
    }

    /** Closes the eventfd; nobody may be waiting. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            LibC.close(wakeFd);
        }
    }
}
