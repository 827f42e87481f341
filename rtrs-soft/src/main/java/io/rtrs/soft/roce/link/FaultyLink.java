package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceOpcode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A link over a bad network: packets in both directions are lost and doubled; received ones are also reordered, delayed
 * and corrupted. A seed makes it repeatable.
 *
 * <p>Late packets arrive with the first {@link #receive} after their time.
 *
 * <p><b>Ownership</b>: closes the link below. <b>Allocation</b>: only while the number of waiting packets grows.
 */
public final class FaultyLink implements Link {
    /** The most received packets that wait; more are lost. */
    private static final int HELD_LIMIT = 4096;

    private final Link link;
    private final FaultDice outgoing;
    private final FaultDice incoming;
    private final MemorySegment scratch = Arena.ofAuto().allocate(RoceOpcode.MAX_PACKET, 8);
    private final HeldPackets overtaken = new HeldPackets(HELD_LIMIT);
    private final PacketSink interposed = this::onPacket;
    private final MemorySegment copy = Arena.ofAuto().allocate(HeldPackets.SLOT, 8);

    private PacketSink sink = (memory, offset, length, sourceHi, sourceLo, sourcePort, nowNs) -> {};
    private final HeldPackets held = new HeldPackets(HELD_LIMIT);
    private Peer to = new Peer(new Gid(0, 0), 0);
    private int length;
    private boolean lost;
    private long place;

    /** A bad network over {@code link}; of the outgoing rates only loss and duplication count. */
    public FaultyLink(Link link, FaultRates outgoing, FaultRates incoming, long seed) {
        this.link = link;
        this.outgoing = new FaultDice(outgoing, seed);
        this.incoming = new FaultDice(incoming, ~seed);
    }

    @Override
    public Gid local() {
        return link.local();
    }

    @Override
    public int port() {
        return link.port();
    }

    @Override
    public int sourcePort(Peer peer) {
        return link.sourcePort(peer);
    }

    @Override
    public int pathMtu() {
        return Math.min(link.pathMtu(), RoceOpcode.MAX_PAYLOAD); // what is held back has room for no more
    }

    @Override
    public MemorySegment transmitMemory() {
        return scratch;
    }

    @Override
    public long reserve(Peer peer, int size) {
        lost = outgoing.loses();
        if (!lost) {
            place = link.reserve(peer, size);
            if (place == NO_ROOM) {
                return NO_ROOM;
            }
        }
        to = peer;
        length = size;
        return 0;
    }

    @Override
    public boolean hasCompany(Peer peer, int size) {
        return link.hasCompany(peer, size);
    }

    @Override
    public void commit() {
        if (lost) {
            return;
        }
        send();
        if (outgoing.duplicates()) {
            place = link.reserve(to, length);
            if (place != NO_ROOM) {
                send();
            }
        }
    }

    private void send() {
        MemorySegment.copy(scratch, 0, link.transmitMemory(), place, length);
        link.commit();
    }

    @Override
    public int flush() {
        return link.flush();
    }

    @Override
    public int receive(PacketSink target, int limit, long nowNs) {
        sink = target;
        int count = held.deliver(target, limit, nowNs);
        if (count < limit) {
            count += link.receive(interposed, limit - count, nowNs);
            // What was to be overtaken has been, or nothing has come to overtake it.
            overtaken.deliver(target, HELD_LIMIT, nowNs);
        }
        return count;
    }

    @Override
    public void reportFailures(FailureSink target, long nowNs) {
        link.reportFailures(target, nowNs);
    }

    @Override
    public void close() {
        link.close();
    }

    private void onPacket(
            MemorySegment memory, long offset, int size, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        if (incoming.loses()) {
            return;
        }
        int copies = incoming.duplicates() ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            int copied = Math.min(size, HeldPackets.SLOT);
            MemorySegment.copy(memory, offset, copy, 0, copied);
            if (incoming.corrupts()) {
                incoming.flipOneBit(copy, 0, copied);
            }
            long delayNs = incoming.delayNs();
            if (delayNs > 0) {
                held.add(copy, 0, copied, sourceHi, sourceLo, sourcePort, nowNs + delayNs);
            } else if (incoming.reorders()) {
                overtaken.add(copy, 0, copied, sourceHi, sourceLo, sourcePort, nowNs);
            } else {
                sink.onPacket(copy, 0, copied, sourceHi, sourceLo, sourcePort, nowNs);
                overtaken.deliver(sink, HELD_LIMIT, nowNs);
            }
        }
    }
}
