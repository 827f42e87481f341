package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.soft.roce.driver.udp.SocketLayout.pollfd;
import io.rtrs.soft.roce.driver.udp.SocketLayout.timespec;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** ppoll(2) on the sockets and an event descriptor, with deadlines to the nanosecond. */
final class LinuxPoller extends Poller {
    private final Sockets sockets;
    private final int wakeFd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment fds = arena.allocate((long) (MAX_LINKS + 1) * pollfd.sizeof, 8);
    private final MemorySegment time = arena.allocate(timespec.sizeof, 8);
    private final @Nullable LinuxUdpLink[] links = new @Nullable LinuxUdpLink[MAX_LINKS];
    private int count;

    LinuxPoller(Sockets sockets) throws VerbsException {
        this.sockets = sockets;
        this.wakeFd = sockets.eventDescriptor();
        if (wakeFd < 0) {
            arena.close();
            throw new VerbsException("eventfd failed with errno " + -wakeFd, -wakeFd);
        }
        set(0, wakeFd, Sockets.POLLIN);
    }

    private void set(int index, int fd, short events) {
        long at = (long) index * pollfd.sizeof;
        fds.set(JAVA_INT, at + pollfd.fd, fd);
        fds.set(JAVA_SHORT, at + pollfd.events, events);
        fds.set(JAVA_SHORT, at + pollfd.revents, (short) 0);
    }

    private static LinuxUdpLink own(UdpLink link) {
        if (link instanceof LinuxUdpLink own) {
            return own;
        }
        throw new IllegalArgumentException(link + " in a poller of driver " + UdpDriver.LINUX);
    }

    @Override
    void attach(UdpLink link) {
        own(link); // it is looked at before each wait
    }

    @Override
    void detach(UdpLink link) {
        // nothing is kept between waits
    }

    @Override
    void prepare(int index, UdpLink link) {
        int events = link.waitsForRoom() ? Sockets.POLLIN | Sockets.POLLOUT : Sockets.POLLIN;
        LinuxUdpLink own = own(link);
        links[index] = own;
        set(index + 1, own.descriptor(), (short) events);
    }

    @Override
    void prepared(int links) {
        count = links + 1;
    }

    @Override
    int sleep(long timeoutNs) throws VerbsException {
        boolean limited = timeoutNs > 0 && timeoutNs != FOREVER;
        long start = limited ? System.nanoTime() : 0;
        long remaining = timeoutNs;
        int ready = sockets.poll(fds, count, time, remaining);
        while (ready == -Sockets.EINTR) {
            remaining = limited ? Math.max(0, timeoutNs - (System.nanoTime() - start)) : timeoutNs;
            ready = sockets.poll(fds, count, time, remaining);
        }
        if (ready < 0) {
            throw new VerbsException("ppoll failed with errno " + -ready, -ready);
        }
        if (ready > 0) {
            tellErrors();
        }
        if (fds.get(JAVA_SHORT, pollfd.revents) == 0) {
            return ready > 0 ? READY : TIMEOUT;
        }
        sockets.drain(wakeFd);
        return ready > 1 ? READY | WOKEN : WOKEN;
    }

    /** Until its error queue is read, a socket would end every wait at once. */
    private void tellErrors() {
        for (int i = 0; i + 1 < count; i++) {
            long at = (long) (i + 1) * pollfd.sizeof;
            LinuxUdpLink link = links[i];
            if (link != null && (fds.get(JAVA_SHORT, at + pollfd.revents) & Sockets.POLLERR) != 0) {
                link.errorsWait();
            }
        }
    }

    @Override
    void stir() {
        sockets.signal(wakeFd);
    }

    @Override
    void release() {
        sockets.close(wakeFd);
        arena.close();
    }
}
