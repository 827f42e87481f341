package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.soft.roce.driver.udp.SocketLayout.cmsghdr;
import io.rtrs.soft.roce.driver.udp.SocketLayout.iovec;
import io.rtrs.soft.roce.driver.udp.SocketLayout.mmsghdr;
import io.rtrs.soft.roce.driver.udp.SocketLayout.msghdr;
import io.rtrs.soft.roce.driver.udp.SocketLayout.sockaddr_in6;
import io.rtrs.soft.roce.link.PacketSink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The buffers of a receive call, and the datagrams in them that were not handed over yet.
 *
 * <p>The kernel may have glued datagrams of one sender together; a control message tells their length (spec/rocev2.md
 * 16.3). <b>Threading</b>: the link's owner. <b>Allocation</b>: none after construction.
 */
final class ReceiveSlab {
    /** Bytes of a buffer: nothing that the kernel glues together is longer. */
    static final int BUFFER_BYTES = 1 << 16;

    private static final int NAME_BYTES = 32;
    private static final int CONTROL_BYTES = 64;

    private final int buffers;
    private final MemorySegment data;
    private final MemorySegment messages;
    private final MemorySegment names;
    private final MemorySegment controls;
    private final LinkCounters counters;

    private int filled;
    private int current = -1;
    private int position;
    private int length;
    private int segment;
    private long sourceHi;
    private long sourceLo;
    private int sourcePort;

    ReceiveSlab(Arena arena, int buffers, LinkCounters counters) {
        this.buffers = buffers;
        this.counters = counters;
        data = arena.allocate((long) buffers * BUFFER_BYTES, 4096);
        messages = arena.allocate((long) buffers * mmsghdr.sizeof, 8);
        names = arena.allocate((long) buffers * NAME_BYTES, 8);
        controls = arena.allocate((long) buffers * CONTROL_BYTES, 8);
        MemorySegment vectors = arena.allocate((long) buffers * iovec.sizeof, 8);
        for (int i = 0; i < buffers; i++) {
            long vector = (long) i * iovec.sizeof;
            vectors.set(JAVA_LONG, vector + iovec.iov_base, data.address() + (long) i * BUFFER_BYTES);
            vectors.set(JAVA_LONG, vector + iovec.iov_len, BUFFER_BYTES);
            long message = message(i);
            messages.set(JAVA_LONG, message + msghdr.msg_name, names.address() + (long) i * NAME_BYTES);
            messages.set(JAVA_LONG, message + msghdr.msg_iov, vectors.address() + vector);
            messages.set(JAVA_LONG, message + msghdr.msg_iovlen, 1);
            messages.set(JAVA_LONG, message + msghdr.msg_control, controls.address() + (long) i * CONTROL_BYTES);
            rearm(i);
        }
    }

    private static long message(int index) {
        return (long) index * mmsghdr.sizeof;
    }

    /** The kernel wrote how much it used of the name and the control message; it wants to know how much there is. */
    private void rearm(int index) {
        messages.set(JAVA_INT, message(index) + msghdr.msg_namelen, NAME_BYTES);
        messages.set(JAVA_LONG, message(index) + msghdr.msg_controllen, CONTROL_BYTES);
    }

    /**
     * Receives into all buffers; what they held must have been handed over.
     *
     * @return whether there may be more than was received
     */
    boolean fill(Sockets sockets, int fd) {
        for (int i = 0; i < filled; i++) {
            rearm(i);
        }
        counters.receiveCalls++;
        filled = Math.max(0, sockets.receive(fd, messages, buffers));
        current = -1;
        position = 0;
        length = 0;
        return filled == buffers;
    }

    /** Whether datagrams are left that were received and not handed over. */
    boolean hasMore() {
        return position < length || current + 1 < filled;
    }

    /** Hands over datagrams, {@code limit} at most; how many they were. */
    int deliver(PacketSink sink, int limit, long nowNs) {
        int delivered = 0;
        while (delivered < limit && (position < length || next())) {
            int size = Math.min(segment, length - position);
            long offset = (long) current * BUFFER_BYTES + position;
            position += size;
            delivered++;
            counters.packetsReceived++;
            sink.onPacket(data, offset, size, sourceHi, sourceLo, sourcePort, nowNs);
        }
        return delivered;
    }

    /** Goes to the next reception that has any bytes. */
    private boolean next() {
        while (current + 1 < filled) {
            current++;
            long message = message(current);
            length = messages.get(JAVA_INT, message + mmsghdr.msg_len);
            position = 0;
            if ((messages.get(JAVA_INT, message + msghdr.msg_flags) & Sockets.MSG_TRUNC) != 0) {
                counters.truncated++;
                length = 0;
            }
            if (length > 0) {
                segment = segmentLength(message);
                readSource();
                return true;
            }
        }
        return false;
    }

    private int segmentLength(long message) {
        long control = (long) current * CONTROL_BYTES;
        if (messages.get(JAVA_LONG, message + msghdr.msg_controllen) >= cmsghdr.sizeof + JAVA_INT.byteSize()
                && controls.get(JAVA_INT, control + cmsghdr.cmsg_level) == Sockets.SOL_UDP
                && controls.get(JAVA_INT, control + cmsghdr.cmsg_type) == Sockets.UDP_GRO) {
            int told = controls.get(JAVA_INT, control + cmsghdr.sizeof);
            return told > 0 ? told : length;
        }
        return length;
    }

    private void readSource() {
        long name = (long) current * NAME_BYTES;
        sourcePort = SocketAddresses.port(names, name);
        if (names.get(JAVA_SHORT, name + sockaddr_in6.sin6_family) == Sockets.AF_INET6) {
            sourceHi = SocketAddresses.ipv6Hi(names, name);
            sourceLo = SocketAddresses.ipv6Lo(names, name);
        } else {
            sourceHi = 0;
            sourceLo = SocketAddresses.ipv4Mapped(names, name);
        }
    }
}
