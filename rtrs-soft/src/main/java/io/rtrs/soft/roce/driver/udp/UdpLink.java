package io.rtrs.soft.roce.driver.udp;

import io.rtrs.soft.roce.link.FailureSink;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A link over a UDP socket that is bound to a port of one local address and never connected (spec/rocev2.md 2.6): 4791, or
 * where another process has that, any.
 *
 * <p>Peers are sent to from that port, whatever their source port says. A packet that the kernel refuses for another
 * reason than a full socket is dropped and counted, as a network would. Why is told to who asks
 * {@link #reportFailures}, with the destination.
 *
 * <p><b>Threading</b>: driven by one owner; {@link #facts} and {@link #counters} from any thread. {@link #close} by the
 * owner, or by whoever knows that nobody drives any more; it leaves the poller that the link is in, and returns when
 * nobody waits for its socket. <b>Ownership</b>: owns its socket and all memory that it hands out. <b>Errors</b>: a
 * closed link sends and receives nothing. <b>Allocation</b>: none per packet, unless the subclass says so.
 */
public abstract sealed class UdpLink implements Link permits LinuxUdpLink, NioUdpLink {
    private final Gid local;
    private final LinkFacts facts;
    private final Arena arena;
    private final MemorySegment memory;
    private final Icrc icrc = new Icrc();
    private final CarriedMtu carried;
    private boolean closed;

    /** Whether the packet for which room is reserved has no ICRC. */
    private boolean unsealed;

    // Written by the owner, read by who waits in the poller.
    private volatile boolean waitsForRoom;
    private volatile boolean holdsReceived;
    private volatile @Nullable Poller poller;

    /** What the owner counts. */
    final LinkCounters counters;

    /** What is to be sent. */
    final TransmitSlab transmit;

    /** What of that is elsewhere. */
    final Borrowed borrowed;

    /** Destinations that were not reached, to be reported. */
    final DeliveryFailures failures = new DeliveryFailures();

    UdpLink(
            LinkFacts facts,
            CarriedMtu carried,
            Arena arena,
            LinkOptions options,
            int maxSegments,
            LinkCounters counters) {
        this.facts = facts;
        this.carried = carried;
        this.local = facts.address().gid();
        this.arena = arena;
        this.memory = arena.allocate(options.transmitBytes(), 4096);
        this.transmit = new TransmitSlab(options.transmitBytes(), maxSegments);
        this.borrowed = new Borrowed(arena, memory, maxSegments);
        this.counters = counters;
    }

    @Override
    public final Gid local() {
        return local;
    }

    @Override
    public final int port() {
        return facts.port();
    }

    /** What it is now; an MTU that changes changes nothing of the connections that stand. */
    @Override
    public final int pathMtu() {
        return carried.pathMtu(System.nanoTime());
    }

    /** What the links of this address know of their interface. */
    final CarriedMtu carried() {
        return carried;
    }

    @Override
    public final int sourcePort(Peer to) {
        return facts.port();
    }

    /** Loopback addresses, and the link's own, are reached by the loopback device alone, which copies packets. */
    @Override
    public final boolean staysHere(Gid peer) {
        return local.equals(peer) || (local.isLoopback() && peer.isLoopback());
    }

    /** What the machine gave. */
    public final LinkFacts facts() {
        return facts;
    }

    /** What the link did. */
    public final LinkCounters counters() {
        return counters;
    }

    @Override
    public final MemorySegment transmitMemory() {
        return memory;
    }

    @Override
    public final long reserve(Peer to, int length) {
        if (transmit.isBatchFull() && !transmit.hasCompany(to.address(), to.group(), length)) {
            flush(); // the peer works on it meanwhile, and its memory is used again while it is in the cache
        }
        unsealed = to.isUnsealed();
        borrowed.begin();
        return transmit.reserve(to.address(), to.group(), length);
    }

    @Override
    public final boolean hasCompany(Peer to, int length) {
        return transmit.hasCompany(to.address(), to.group(), length);
    }

    /** The ICRC is of bytes that are there, so only packets that have none borrow. */
    @Override
    public final boolean borrow(long at, int length, MemorySegment from, long offset) {
        return unsealed && gathers() && borrowed.lend(at, length, from, offset);
    }

    @Override
    public final void giveBack() {
        borrowed.fill();
    }

    /** Whether {@link #send} sends what is borrowed. */
    abstract boolean gathers();

    @Override
    public final void commit() {
        RoceAddress to = transmit.reservedFor();
        int identification = transmit.commit();
        borrowed.commit(transmit.reservedOffset());
        if (to != null && unsealed) {
            memory.set(Layouts.ICRC, transmit.reservedOffset() + transmit.reservedLength() - RoceOpcode.ICRC_SIZE, 0);
        } else if (to != null) {
            seal(transmit.reservedOffset(), transmit.reservedLength(), to, identification);
        }
    }

    /** Writes the ICRC of a packet. */
    final void seal(long offset, int length, RoceAddress to, int identification) {
        icrc.seal(memory, offset, length, local, to, facts.port(), identification);
    }

    @Override
    public final int flush() {
        boolean full = false;
        while (!full && !closed && transmit.queued() > 0) {
            int packets = transmit.packets();
            int errno = -send();
            full = errno == Sockets.EAGAIN || errno == Sockets.ENOMEM;
            if (full) {
                counters.socketFull++;
            } else {
                if (errno > 0) {
                    counters.packetsRefused += packets;
                    counters.lastErrno = errno;
                    RoceAddress to = transmit.destination();
                    failures.add(to.gid(), to.port(), errno, false, null);
                    if (errno == Sockets.EMSGSIZE) {
                        carried.onTooLong(System.nanoTime());
                    }
                } else {
                    counters.packetsSent += packets;
                }
                borrowed.remove(transmit.offset() + transmit.bytes());
                transmit.remove();
            }
        }
        if (full) {
            borrowed.fill();
        }
        if (waitsForRoom != full) {
            waitsForRoom = full;
            Poller in = poller;
            if (full && in != null) {
                in.wakeup(); // who sleeps there now does not wait for room yet
            }
        }
        return transmit.queued();
    }

    /**
     * Opens another socket at the same address and port, which gets the packets whose queue pair number names it
     * ({@link QueuePairFilter}).
     *
     * @param index how many there are
     * @return empty if the driver cannot
     */
    public Optional<UdpLink> openBeside(int index) throws VerbsException {
        return Optional.empty();
    }

    @Override
    public final void reportFailures(FailureSink sink, long nowNs) {
        failures.report(sink, nowNs);
    }

    /** Asks the socket for what it counts itself, and the link does not; for the owner of an open link. */
    public void count() {
        // as those of the socket that do not tell
    }

    /** Sends the oldest batch; 0 or a negative errno. */
    abstract int send();

    /**
     * Hands received datagrams to the sink.
     *
     * <p>When it returns {@code limit} there may be more, some of them in memory of the link's; the poller then does not
     * wait.
     */
    @Override
    public final int receive(PacketSink sink, int limit, long nowNs) {
        if (closed) {
            return 0;
        }
        try {
            return receiveOpen(sink, limit, nowNs);
        } finally {
            boolean holds = holdsMore();
            if (holdsReceived != holds) {
                holdsReceived = holds;
            }
        }
    }

    abstract int receiveOpen(PacketSink sink, int limit, long nowNs);

    /** Whether datagrams were taken from the socket and not handed over. */
    abstract boolean holdsMore();

    /** Whether somebody who waits should learn that the socket has room. */
    final boolean waitsForRoom() {
        return waitsForRoom;
    }

    /** Whether there is something to receive without asking the socket. */
    final boolean holdsReceived() {
        return holdsReceived;
    }

    /** The poller's own mark; at most one poller. */
    final void enter(@Nullable Poller next) {
        if (next != null && poller != null) {
            throw new IllegalStateException(this + " is in a poller");
        }
        poller = next;
    }

    @Override
    public final void close() {
        if (closed) {
            return;
        }
        count();
        closed = true;
        Poller in = poller;
        if (in != null) {
            in.remove(this);
        }
        closeSocket();
        arena.close();
    }

    abstract void closeSocket();

    @Override
    public final String toString() {
        return facts.driver() + " link of " + local;
    }
}
