package io.rtrs.soft.iwarp.driver.tcp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.iovec;
import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.msghdr;
import io.rtrs.soft.iwarp.driver.tcp.TcpLayout.sockaddr_in6;
import io.rtrs.soft.iwarp.stream.Pieces;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A socket by its descriptor.
 *
 * <p>A call takes as many pieces as there is room for, of at most three different memories: those are kept from being
 * freed while it runs.
 */
final class LinuxSocket extends TcpSocket {
    /** Pieces of one call. */
    private static final int VECTOR = 256;

    /** Calls in a row that brought nothing, after which it is looked whether there is another reason than the usual one. */
    private static final int LOOK_AFTER = 1024;

    private static final int VECTOR_END = msghdr.sizeof + VECTOR * iovec.sizeof;

    private static final int PROBES = 5;

    private final int silenceMs;
    private final InetSocketAddress local;
    private InetSocketAddress remote;
    private volatile int fd;
    private boolean shut;
    private int failure;
    private int emptyReads;
    private int emptyWrites;
    private long tried;
    private boolean full;

    // Made when data flows; the segments that a call must not lose.
    private @Nullable MemorySegment room;
    private MemorySegment first = MemorySegment.NULL;
    private MemorySegment second = MemorySegment.NULL;
    private MemorySegment third = MemorySegment.NULL;

    LinuxSocket(int fd, InetSocketAddress local, InetSocketAddress remote, int silenceMs) {
        this.fd = fd;
        this.local = local;
        this.remote = remote;
        this.silenceMs = silenceMs;
    }

    /** The descriptor; negative once it is closed. */
    int fd() {
        return fd;
    }

    @Override
    public int listen(int backlog) {
        // Its connections inherit it: what lingers of them keeps nobody from listening here again.
        Libc.setOption(fd, TcpLayout.SOL_SOCKET, TcpLayout.SO_REUSEADDR, 1);
        return -Libc.listen(fd, Math.max(1, backlog));
    }

    @Override
    public @Nullable TcpSocket accept() throws VerbsException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(sockaddr_in6.sizeof, 8);
            int made = Libc.accept(fd, name, arena.allocateFrom(JAVA_INT, sockaddr_in6.sizeof));
            if (made == -TcpLayout.EAGAIN || made == -TcpLayout.ECONNABORTED || made == -TcpLayout.EINTR) {
                return null;
            }
            LinuxTcp.check(made, "taking a connection");
            LinuxSocket socket = new LinuxSocket(made, LinuxTcp.name(made), SocketAddresses.read(name), silenceMs);
            socket.tune();
            return socket;
        }
    }

    private void tune() {
        Libc.setOption(fd, TcpLayout.IPPROTO_TCP, TcpLayout.TCP_NODELAY, 1);
        if (silenceMs == 0) {
            return;
        }
        Libc.setOption(fd, TcpLayout.IPPROTO_TCP, TcpLayout.TCP_USER_TIMEOUT, silenceMs);
        int step = (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(silenceMs) / (PROBES + 1));
        Libc.setOption(fd, TcpLayout.SOL_SOCKET, TcpLayout.SO_KEEPALIVE, 1);
        Libc.setOption(fd, TcpLayout.IPPROTO_TCP, TcpLayout.TCP_KEEPIDLE, step);
        Libc.setOption(fd, TcpLayout.IPPROTO_TCP, TcpLayout.TCP_KEEPINTVL, step);
        Libc.setOption(fd, TcpLayout.IPPROTO_TCP, TcpLayout.TCP_KEEPCNT, PROBES);
    }

    @Override
    public int connect(InetSocketAddress destination) {
        remote = destination;
        tune();
        try (Arena arena = Arena.ofConfined()) {
            int result = -Libc.connect(fd, SocketAddresses.of(destination, arena));
            return result == TcpLayout.EINPROGRESS || result == TcpLayout.EALREADY ? UNDER_WAY : result;
        }
    }

    @Override
    public int connected() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            Libc.getOption(fd, TcpLayout.SOL_SOCKET, TcpLayout.SO_ERROR, value);
            int errno = value.get(JAVA_INT, 0);
            if (errno != 0) {
                return errno;
            }
            int again = -Libc.connect(fd, SocketAddresses.of(remote, arena));
            boolean underWay = again == TcpLayout.EINPROGRESS || again == TcpLayout.EALREADY;
            return underWay ? UNDER_WAY : again == TcpLayout.EISCONN ? 0 : again;
        }
    }

    @Override
    public long read(Pieces to, boolean ask) {
        if (failure != 0) {
            return END;
        }
        MemorySegment at = room();
        int count = fill(at, to);
        boolean asks = ask || looks(emptyReads, at, Poller.IN);
        long result = Libc.readv(fd, at.address() + msghdr.sizeof, count, first, second, third, asks);
        letGo();
        full = result == tried;
        if (result > 0) {
            emptyReads = 0;
            return result;
        }
        if (result == 0) {
            return to.bytes() == 0 ? 0 : END;
        }
        emptyReads = next(emptyReads, asks);
        if (result == -TcpLayout.EFAULT) {
            return FAULT;
        }
        if (!asks || result == -TcpLayout.EAGAIN || result == -TcpLayout.EINTR) {
            return 0;
        }
        failure = (int) -result;
        return END;
    }

    @Override
    public long write(Pieces from, boolean ask) {
        MemorySegment at = room();
        int count = fill(at, from);
        at.set(JAVA_LONG, msghdr.msg_iov, at.address() + msghdr.sizeof);
        at.set(JAVA_LONG, msghdr.msg_iovlen, count);
        boolean asks = ask || looks(emptyWrites, at, Poller.OUT);
        long result = Libc.sendmsg(fd, at.address(), first, second, third, asks);
        letGo();
        full = result == tried;
        if (result >= 0) {
            emptyWrites = 0;
            return result;
        }
        emptyWrites = next(emptyWrites, asks);
        if (result == -TcpLayout.EFAULT) {
            return FAULT;
        }
        if (!asks || result == -TcpLayout.EAGAIN || result == -TcpLayout.EINTR) {
            return 0;
        }
        return BROKEN;
    }

    /** Whether calls went on failing although the socket is ready; then the reason is asked for, which allocates. */
    private boolean looks(int empty, MemorySegment at, int what) {
        return empty >= LOOK_AFTER && Libc.pollOne(fd, what, at, VECTOR_END, 0);
    }

    private static int next(int empty, boolean asked) {
        return asked || empty >= LOOK_AFTER ? 0 : empty + 1;
    }

    private MemorySegment room() {
        MemorySegment now = room;
        if (now == null) {
            now = Arena.ofAuto().allocate(VECTOR_END + Libc.POLL_BYTES, 8);
            room = now;
        }
        return now;
    }

    /** Writes the vector of as many pieces as one call may take; how many. */
    private int fill(MemorySegment at, Pieces pieces) {
        int most = Math.min(VECTOR, pieces.count());
        tried = 0;
        for (int i = 0; i < most; i++) {
            MemorySegment memory = pieces.memory(i);
            if (!hold(memory)) {
                return i;
            }
            long entry = msghdr.sizeof + (long) i * iovec.sizeof;
            at.set(JAVA_LONG, entry + iovec.iov_base, memory.address() + pieces.offset(i));
            at.set(JAVA_LONG, entry + iovec.iov_len, pieces.length(i));
            tried += pieces.length(i);
        }
        return most;
    }

    @SuppressWarnings(
            "MemorySegmentReferenceEquality") // whether it is held already: one that is equal may be held twice
    private boolean hold(MemorySegment memory) {
        if (memory == first || memory == second || memory == third) {
            return true;
        }
        if (first == MemorySegment.NULL) {
            first = memory;
        } else if (second == MemorySegment.NULL) {
            second = memory;
        } else if (third == MemorySegment.NULL) {
            third = memory;
        } else {
            return false;
        }
        return true;
    }

    private void letGo() {
        first = MemorySegment.NULL;
        second = MemorySegment.NULL;
        third = MemorySegment.NULL;
    }

    @Override
    public boolean wasFull() {
        return full;
    }

    @Override
    public int broken() {
        if (failure != 0) {
            return failure;
        }
        // A failure that a call met whose reason nobody asked for is told no more; but TCP's state shows it.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Long.BYTES);
            int result = Libc.getOption(fd, TcpLayout.IPPROTO_TCP, TcpLayout.TCP_INFO, state);
            boolean closed = result == 0 && state.get(JAVA_BYTE, 0) == TcpLayout.TCP_CLOSE;
            return closed && !shut ? TcpLayout.EPIPE : 0;
        }
    }

    @Override
    public void shutOutput() {
        shut = true;
        Libc.shutdown(fd, TcpLayout.SHUT_WR);
    }

    @Override
    public void close() {
        int open = fd;
        if (open >= 0) {
            fd = -1;
            Libc.close(open);
        }
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public int segmentBytes() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            int result = Libc.getOption(fd, TcpLayout.IPPROTO_TCP, TcpLayout.TCP_MAXSEG, value);
            return result == 0 ? value.get(JAVA_INT, 0) : 0;
        }
    }
}
