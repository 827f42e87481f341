package io.rtrs.soft.roce.driver.udp;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.rtrs.soft.roce.driver.udp.SocketLayout.cmsghdr;
import io.rtrs.soft.roce.driver.udp.SocketLayout.msghdr;
import io.rtrs.soft.roce.driver.udp.SocketLayout.sockaddr_in6;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.verbs.VerbsException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A link by the C library of Linux: up to 64 packets leave with one call (UDP_SEGMENT), as many arrive with one
 * (UDP_GRO), and IPv6 packets of kernels and adapters, which have no UDP checksum, are let in.
 *
 * <p>Where the kernel takes no segmented sends, or the device on the way to a peer does not, packets leave one by one.
 */
public final class LinuxUdpLink extends UdpLink {
    private static final long CONTROL_SPACE = 24; // CMSG_SPACE of the 16-bit segment length
    /** How often the error queue is looked at by who never sleeps on the socket. */
    private static final long LOOK_FOR_ERRORS_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Looks at the error queue before a packet counts as refused; a queue of a receive buffer's size is shorter. */
    private static final int ERROR_ROUNDS = 1024;

    private static final long CONTROL_LENGTH = cmsghdr.sizeof + Short.BYTES;

    private final Sockets sockets;
    private final int fd;
    private final int scope;
    private final ReceiveSlab received;
    private final ErrorQueue errors;
    private final LinkOptions options;
    private final MemorySegment message;
    private final MemorySegment name;
    private final MemorySegment control;
    private final MemorySegment memoryFacts;

    // Set by who slept on the socket, and by the owner.
    private volatile boolean errorsWait;

    // The owner's.
    private boolean looked;
    private long lookedNs;

    private LinuxUdpLink(
            Sockets sockets,
            int fd,
            LinkFacts facts,
            CarriedMtu carried,
            Arena arena,
            LinkOptions options,
            LinkCounters counters) {
        super(facts, carried, arena, options, facts.segmentation() ? TransmitSlab.MAX_SEGMENTS : 1, counters);
        this.sockets = sockets;
        this.fd = fd;
        this.options = options;
        this.scope = facts.address().scope();
        received = new ReceiveSlab(arena, options.receiveBuffers(), counters);
        errors = new ErrorQueue(arena, facts.address().gid());
        message = arena.allocate(msghdr.sizeof, 8);
        name = arena.allocate(sockaddr_in6.sizeof, 8);
        control = arena.allocate(CONTROL_SPACE, 8);
        memoryFacts = arena.allocate(Sockets.SK_MEMINFO_BYTES, 8);
        message.set(JAVA_LONG, msghdr.msg_name, name.address());
        message.set(JAVA_LONG, msghdr.msg_iov, borrowed.vectors());
        control.set(JAVA_LONG, cmsghdr.cmsg_len, CONTROL_LENGTH);
        control.set(JAVA_INT, cmsghdr.cmsg_level, Sockets.SOL_UDP);
        control.set(JAVA_INT, cmsghdr.cmsg_type, Sockets.UDP_SEGMENT);
    }

    /** Opens the socket of a local address; {@link UdpDriver#open} does it with the C library. */
    static LinuxUdpLink open(Sockets sockets, LocalAddress local, int port, LinkOptions options) throws VerbsException {
        try (SocketSetup setup = new SocketSetup(sockets, local)) {
            LinkFacts facts = setup.bind(port, options);
            LinkCounters counters = new LinkCounters();
            CarriedMtu carried = new CarriedMtu(local, LocalAddress::find, System.nanoTime());
            return new LinuxUdpLink(sockets, setup.take(), facts, carried, Arena.ofShared(), options, counters);
        }
    }

    /**
     * The first socket was bound as one that shares with nobody, so that it is refused where another process has the port,
     * and shares from now on.
     */
    @Override
    public Optional<UdpLink> openBeside(int index) throws VerbsException {
        if (sockets.setOption(fd, Sockets.SOL_SOCKET, Sockets.SO_REUSEPORT, 1) < 0) {
            return Optional.empty();
        }
        try (SocketSetup setup = new SocketSetup(sockets, facts().address())) {
            LinkFacts facts = setup.bindBeside(facts().port(), options);
            QueuePairFilter.attach(sockets, fd);
            LinkCounters counters = new LinkCounters();
            return Optional.of(
                    new LinuxUdpLink(sockets, setup.take(), facts, carried(), Arena.ofShared(), options, counters));
        }
    }

    /** The socket, for the poller. */
    int descriptor() {
        return fd;
    }

    @Override
    boolean gathers() {
        return true;
    }

    @Override
    int send() {
        int result = send(transmit.offset(), transmit.bytes(), transmit.packets() > 1 ? transmit.segment() : 0);
        if (transmit.packets() > 1 && (result == -Sockets.EINVAL || result == -Sockets.EIO)) {
            return sendSingly();
        }
        return Math.min(0, result);
    }

    /** Sends bytes to the oldest batch's destination, cut into segments of a length if that is not 0. */
    private int send(long offset, int bytes, int segment) {
        message.set(JAVA_LONG, msghdr.msg_iovlen, borrowed.describe(offset, bytes));
        RoceAddress to = transmit.destination();
        int nameLength = SocketAddresses.write(name, to.gid(), to.port(), scope);
        message.set(JAVA_INT, msghdr.msg_namelen, nameLength);
        control.set(JAVA_SHORT, cmsghdr.sizeof, (short) segment);
        message.set(JAVA_LONG, msghdr.msg_control, segment == 0 ? 0 : control.address());
        message.set(JAVA_LONG, msghdr.msg_controllen, segment == 0 ? 0 : CONTROL_SPACE);
        counters.sendCalls++;
        int result = call();
        boolean more = true;
        for (int i = 0; i < ERROR_ROUNDS && more && result < 0 && result != -Sockets.EAGAIN; i++) {
            // It may be an error of an earlier packet, to anybody. Reading one makes the next of the queue the
            // socket's.
            takeErrors();
            more = errorsWait;
            result = call();
        }
        return result;
    }

    private int call() {
        try {
            return sockets.send(fd, message, borrowed.source());
        } catch (IllegalStateException freed) {
            return -Sockets.EFAULT; // as the kernel says of memory that is not there
        }
    }

    /** The socket has errors, says who slept on it. */
    void errorsWait() {
        errorsWait = true;
    }

    private void takeErrors() {
        int taken = errors.take(sockets, fd, failures);
        counters.errorsReported += taken;
        errorsWait = taken == ErrorQueue.AT_ONCE;
    }

    private void lookForErrors(long nowNs) {
        if (errorsWait || !looked || nowNs - lookedNs >= LOOK_FOR_ERRORS_NS) {
            looked = true;
            lookedNs = nowNs;
            takeErrors();
        }
    }

    /**
     * The kernel does not cut this batch: sends its packets one by one, each sealed with the identification that it then has,
     * also those that need no ICRC. If
     * they go, later packets to this destination are not batched; the way to another may be another device's.
     */
    private int sendSingly() {
        borrowed.fill();
        RoceAddress to = transmit.destination();
        int bytes = transmit.bytes();
        int result = 0;
        for (int sent = 0; sent < bytes; sent += transmit.segment()) {
            int length = Math.min(transmit.segment(), bytes - sent);
            seal(transmit.offset() + sent, length, to, 0);
            int one = send(transmit.offset() + sent, length, 0);
            result = one < 0 ? one : result;
        }
        if (result == 0) {
            transmit.forgoBatches(to);
        }
        return result == -Sockets.EAGAIN || result == -Sockets.ENOMEM ? -Sockets.EIO : result; // the rest is loss
    }

    @Override
    int receiveOpen(PacketSink sink, int limit, long nowNs) {
        lookForErrors(nowNs);
        int delivered = received.deliver(sink, limit, nowNs);
        boolean more = true;
        while (delivered < limit && more) {
            more = received.fill(sockets, fd);
            delivered += received.deliver(sink, limit - delivered, nowNs);
        }
        return delivered;
    }

    @Override
    boolean holdsMore() {
        return received.hasMore() || errorsWait;
    }

    @Override
    public void count() {
        if (sockets.memoryFacts(fd, memoryFacts) >= 0) {
            counters.dropped(memoryFacts.get(JAVA_INT, Sockets.SK_MEMINFO_DROPS * JAVA_INT.byteSize()));
        }
    }

    @Override
    void closeSocket() {
        sockets.close(fd);
    }
}
