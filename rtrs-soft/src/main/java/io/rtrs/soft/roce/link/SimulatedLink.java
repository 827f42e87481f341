package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * One address of a {@link SimulatedNetwork}. It seals like a socket that cuts one large buffer: the packets of a flush
 * have the identifications 0, 1, 2 … (spec/rocev2.md 2.4).
 *
 * <p><b>Threading</b>: the network's thread. <b>Allocation</b>: none of its own.
 */
public final class SimulatedLink implements Link {
    /** The most packets between two flushes. */
    public static final int TRANSMIT_SLOTS = 64;

    /** The most packets on their way to a link; more are lost, as in a socket's receive buffer. */
    public static final int RECEIVE_SLOTS = 4096;

    private static final int SLOT = HeldPackets.SLOT;

    final HeldPackets arrivals = new HeldPackets(RECEIVE_SLOTS);

    private final SimulatedNetwork network;
    private final Gid local;
    private final int pathMtu;
    private final MemorySegment memory = MemorySegment.ofArray(new byte[TRANSMIT_SLOTS * SLOT]);
    private final @Nullable Peer[] peers = new Peer[TRANSMIT_SLOTS];
    private final int[] lengths = new int[TRANSMIT_SLOTS];
    private final Icrc icrc = new Icrc();
    private int committed;
    private int accepted = Integer.MAX_VALUE;
    private boolean reserved;
    private boolean within;

    SimulatedLink(SimulatedNetwork network, Gid local, int pathMtu) {
        this.network = network;
        this.local = local;
        this.pathMtu = pathMtu;
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
        return within;
    }

    /** From now on it says that all its peers are on the same machine. */
    public void stayHere() {
        within = true;
    }

    @Override
    public MemorySegment transmitMemory() {
        return memory;
    }

    @Override
    public long reserve(Peer to, int length) {
        if (length < Bth.SIZE + RoceOpcode.ICRC_SIZE || length > RoceOpcode.MAX_PACKET) {
            throw new IllegalArgumentException("length " + length);
        }
        if (committed == TRANSMIT_SLOTS) {
            return NO_ROOM;
        }
        peers[committed] = to;
        lengths[committed] = length;
        reserved = true;
        return (long) committed * SLOT;
    }

    @Override
    public void commit() {
        Peer to = peers[committed % TRANSMIT_SLOTS];
        if (!reserved || to == null) {
            throw new IllegalStateException("nothing is reserved");
        }
        reserved = false;
        long offset = (long) committed * SLOT;
        if (to.isUnsealed()) {
            memory.set(Layouts.ICRC, offset + lengths[committed] - RoceOpcode.ICRC_SIZE, 0);
        } else {
            icrc.seal(memory, offset, lengths[committed], local, to.address(), to.sourcePort(), committed);
        }
        committed++;
    }

    @Override
    public int flush() {
        int going = Math.min(committed, accepted);
        for (int i = 0; i < going; i++) {
            Peer to = peers[i];
            if (to != null) {
                network.send(this, to, memory, (long) i * SLOT, lengths[i]);
            }
        }
        int staying = committed - going;
        for (int i = 0; i < staying; i++) {
            peers[i] = peers[going + i];
            lengths[i] = lengths[going + i];
            MemorySegment.copy(memory, (long) (going + i) * SLOT, memory, (long) i * SLOT, lengths[i]);
        }
        committed = staying;
        reserved = false;
        return staying;
    }

    @Override
    public int receive(PacketSink sink, int limit, long nowNs) {
        int count = arrivals.deliver(sink, limit, nowNs);
        network.delivered(count);
        return count;
    }

    /** From now on a flush takes at most so many packets, as a full socket would; the others stay. */
    public void acceptPerFlush(int packets) {
        accepted = packets;
    }

    @Override
    public void close() {
        arrivals.clear();
        network.detach(this);
    }
}
