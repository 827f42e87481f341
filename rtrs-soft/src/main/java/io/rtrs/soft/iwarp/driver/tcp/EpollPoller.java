package io.rtrs.soft.iwarp.driver.tcp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.epoll_event;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Waits by epoll. An event names its socket by descriptor and a stamp: a descriptor that was closed and given out anew must not
 * be taken for the old one.
 *
 * <p>The event descriptor that wakes is never read: each write to it is an edge.
 */
final class EpollPoller extends Poller {
    private static final int EVENTS = 64;
    private static final long WAKE = -1;

    /** Shorter waits than this are measured in nanoseconds, which costs a second call. */
    private static final long COARSE_NS = 20_000_000;

    private static final long MS = 1_000_000;

    private final int epoll;
    private final int wake;
    private final int mode;
    private final MemorySegment events = Arena.ofAuto().allocate((long) EVENTS * epoll_event.sizeof, 8);
    private final MemorySegment room = Arena.ofAuto().allocate(Libc.POLL_BYTES, 8);
    private boolean closed;

    /** By descriptor; replaced when it grows. Written under the monitor. */
    private volatile @Nullable TcpSocket[] sockets = new TcpSocket[64];

    private volatile int[] stamps = new int[64];
    private int lastStamp;

    EpollPoller(Tcp.Kind kind) throws VerbsException {
        this.mode = kind == Tcp.Kind.EDGES ? TcpLayout.EPOLLET : TcpLayout.EPOLLONESHOT;
        this.epoll = LinuxTcp.check(Libc.epollCreate(), "epoll_create1");
        int made = Libc.eventDescriptor();
        if (made < 0) {
            Libc.close(epoll);
        }
        this.wake = LinuxTcp.check(made, "eventfd");
        Libc.epollControl(epoll, TcpLayout.EPOLL_CTL_ADD, wake, TcpLayout.EPOLLIN | TcpLayout.EPOLLET, WAKE);
    }

    @Override
    public synchronized void add(TcpSocket socket, int what) {
        int fd = ((LinuxSocket) socket).fd();
        if (closed || fd < 0) {
            return;
        }
        if (fd >= sockets.length) {
            int size = Math.max(fd + 1, 2 * sockets.length);
            stamps = Arrays.copyOf(stamps, size);
            sockets = Arrays.copyOf(sockets, size);
        }
        stamps[fd] = ++lastStamp;
        sockets[fd] = socket;
        control(TcpLayout.EPOLL_CTL_ADD, fd, what);
    }

    @Override
    public synchronized void set(TcpSocket socket, int what) {
        int fd = ((LinuxSocket) socket).fd();
        if (!closed && fd >= 0 && fd < sockets.length && sockets[fd] == socket) {
            control(TcpLayout.EPOLL_CTL_MOD, fd, what);
        }
    }

    @Override
    public synchronized void remove(TcpSocket socket) {
        int fd = ((LinuxSocket) socket).fd();
        if (!closed && fd >= 0 && fd < sockets.length && sockets[fd] == socket) {
            control(TcpLayout.EPOLL_CTL_DEL, fd, 0);
            sockets[fd] = null;
        }
    }

    private void control(int what, int fd, int interest) {
        int bits = (interest & (IN | OUT)) | TcpLayout.EPOLLRDHUP | mode;
        Libc.epollControl(epoll, what, fd, bits, (long) stamps[fd] << 32 | fd);
    }

    @Override
    public void await(long timeoutNs, Sink sink) {
        int count;
        if (timeoutNs > 0 && timeoutNs < COARSE_NS) {
            Libc.pollOne(epoll, IN, room, 0, timeoutNs);
            count = Libc.epollWait(epoll, events, EVENTS, 0);
        } else {
            long ms = timeoutNs < 0 ? -1 : Math.min(Integer.MAX_VALUE, (timeoutNs + MS - 1) / MS);
            count = Libc.epollWait(epoll, events, EVENTS, (int) ms);
        }
        for (int i = 0; i < count; i++) {
            long at = (long) i * epoll_event.sizeof;
            tell(
                    events.get(JAVA_LONG_UNALIGNED, at + epoll_event.data),
                    events.get(JAVA_INT, at + epoll_event.events),
                    sink);
        }
    }

    private void tell(long data, int bits, Sink sink) {
        if (data == WAKE) {
            return;
        }
        int fd = (int) data;
        @Nullable TcpSocket[] now = sockets;
        TcpSocket socket = now[fd];
        Object owner = socket == null || stamps[fd] != (int) (data >> 32) ? null : socket.owner();
        if (owner != null) {
            boolean over = (bits & (TcpLayout.EPOLLERR | TcpLayout.EPOLLHUP | TcpLayout.EPOLLRDHUP)) != 0;
            sink.ready(owner, (bits & (IN | OUT)) | (over ? HUP : 0));
        }
    }

    @Override
    public synchronized void wakeup() {
        if (!closed) {
            Libc.signal(wake);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.close(wake);
            Libc.close(epoll);
        }
    }
}
