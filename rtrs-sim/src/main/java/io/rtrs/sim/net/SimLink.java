package io.rtrs.sim.net;

import io.rtrs.sim.world.Actor;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.PriorityQueue;

/**
 * One address of a {@link SimNetwork}, as a process has it. When the process is killed the link is dead: what it sends goes
 * nowhere.
 *
 * <p><b>Threading:</b> the world's thread.
 */
final class SimLink implements Link {
    private static final int SLOTS = 64;
    /** Beside the payload: the longest headers, and the ICRC. */
    private static final int HEADERS = 128;

    /** Payload of a packet of connection management. */
    private static final int MANAGEMENT = 256;

    /** More wait in no socket. */
    private static final int ARRIVALS_MAX = 4096;

    @SuppressWarnings("ArrayRecordComponent") // nobody compares packets
    private record Arrival(byte[] bytes, Gid source, int port, long dueNs, long order) implements Comparable<Arrival> {
        @Override
        public int compareTo(Arrival other) {
            int byTime = Long.compare(dueNs, other.dueNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final SimNetwork network;
    private final Gid local;
    private final int index;
    private final int pathMtu;
    private final int slot;
    private final MemorySegment memory;
    private final @Nullable Peer[] peers = new Peer[SLOTS];
    private final int[] lengths = new int[SLOTS];
    private final Icrc icrc = new Icrc();
    private final PriorityQueue<Arrival> arrivals = new PriorityQueue<>();
    private long order;
    private int committed;
    private boolean reserved;
    private boolean dead;

    SimLink(SimNetwork network, Gid local, int index, int pathMtu) {
        this.network = network;
        this.local = local;
        this.index = index;
        this.pathMtu = pathMtu;
        this.slot = Math.max(pathMtu, MANAGEMENT) + HEADERS;
        this.memory = MemorySegment.ofArray(new byte[SLOTS * slot]);
    }

    int index() {
        return index;
    }

    /** The process is gone. */
    void kill() {
        dead = true;
        arrivals.clear();
        network.detach(this);
    }

    boolean isDead() {
        return dead;
    }

    void arrive(byte[] bytes, Gid source, int port, long dueNs) {
        if (arrivals.size() < ARRIVALS_MAX) {
            arrivals.add(new Arrival(bytes, source, port, dueNs, order++));
        }
    }

    long nextArrivalNs() {
        Arrival first = arrivals.peek();
        return first == null ? Actor.NO_DEADLINE : first.dueNs;
    }

    @Override
    public Gid local() {
        return local;
    }

    @Override
    public int pathMtu() {
        return pathMtu;
    }

    @Override
    public boolean staysHere(Gid peer) {
        return !network.isSealed();
    }

    @Override
    public MemorySegment transmitMemory() {
        return memory;
    }

    @Override
    public long reserve(Peer to, int length) {
        if (committed == SLOTS) {
            return NO_ROOM;
        }
        peers[committed] = to;
        lengths[committed] = length;
        reserved = true;
        return (long) committed * slot;
    }

    @Override
    public void commit() {
        Peer to = peers[committed % SLOTS];
        if (!reserved || to == null) {
            throw new IllegalStateException("nothing is reserved");
        }
        reserved = false;
        long offset = (long) committed * slot;
        if (to.isUnsealed()) {
            memory.set(Layouts.ICRC, offset + lengths[committed] - RoceOpcode.ICRC_SIZE, 0);
        } else {
            icrc.seal(memory, offset, lengths[committed], local, to.address(), to.sourcePort(), committed);
        }
        committed++;
    }

    @Override
    public int flush() {
        for (int i = 0; i < committed; i++) {
            Peer to = peers[i];
            if (to != null) {
                network.send(this, to, memory, (long) i * slot, lengths[i]);
            }
        }
        committed = 0;
        reserved = false;
        return 0;
    }

    @Override
    public int receive(PacketSink sink, int limit, long nowNs) {
        int taken = 0;
        for (Arrival next = arrivals.peek();
                taken < limit && next != null && next.dueNs <= nowNs;
                next = arrivals.peek()) {
            arrivals.remove();
            taken++;
            MemorySegment packet = MemorySegment.ofArray(next.bytes);
            sink.onPacket(packet, 0, next.bytes.length, next.source.hi(), next.source.lo(), next.port, nowNs);
        }
        network.onDelivered(taken);
        return taken;
    }

    @Override
    public void close() {
        arrivals.clear();
        network.detach(this);
    }
}
