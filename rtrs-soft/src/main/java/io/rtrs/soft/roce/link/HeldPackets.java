package io.rtrs.soft.roce.link;

import io.rtrs.soft.roce.wire.RoceOpcode;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;

/**
 * Copies of packets that wait until their time, the earliest first, and of the same time in the order they came.
 *
 * <p><b>Allocation</b>: none once the most packets that ever waited have been there.
 */
final class HeldPackets {
    /** Longer datagrams are cut, which makes them bad. */
    static final int SLOT = RoceOpcode.MAX_PACKET + 4;

    private static final int SLOTS_PER_CHUNK = 32;

    private final int limit;
    private final PriorityQueue<Packet> waiting = new PriorityQueue<>(HeldPackets::earlier);
    private final Deque<Packet> free = new ArrayDeque<>();
    /** The time of the first packet ever; times are compared relative to it, because a clock may wrap. */
    private long originNs;

    private long added;

    /** One of the packets. */
    static final class Packet {
        final MemorySegment memory;
        final long offset;
        int length;
        long sourceHi;
        long sourceLo;
        int sourcePort;
        private long afterOrigin;
        private long order;

        private Packet(MemorySegment memory, long offset) {
            this.memory = memory;
            this.offset = offset;
        }
    }

    /** Nothing yet; at most {@code limit} will wait. */
    HeldPackets(int limit) {
        this.limit = limit;
    }

    /** Copies a packet, or returns false because too many wait. */
    boolean add(
            MemorySegment memory, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long dueNs) {
        if (waiting.size() == limit) {
            return false;
        }
        if (added == 0) {
            originNs = dueNs;
        }
        Packet packet = slot();
        packet.length = Math.min(length, SLOT);
        MemorySegment.copy(memory, offset, packet.memory, packet.offset, packet.length);
        packet.sourceHi = sourceHi;
        packet.sourceLo = sourceLo;
        packet.sourcePort = sourcePort;
        packet.afterOrigin = dueNs - originNs;
        packet.order = added++;
        waiting.add(packet);
        return true;
    }

    /** The packets that are due, handed over and forgotten; at most {@code most}. */
    int deliver(PacketSink sink, int most, long nowNs) {
        int delivered = 0;
        while (delivered < most) {
            Packet packet = waiting.peek();
            if (packet == null || packet.afterOrigin > nowNs - originNs) {
                break;
            }
            waiting.remove();
            delivered++;
            sink.onPacket(
                    packet.memory,
                    packet.offset,
                    packet.length,
                    packet.sourceHi,
                    packet.sourceLo,
                    packet.sourcePort,
                    nowNs);
            free.push(packet);
        }
        return delivered;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** When the first is due; only if there is one. */
    long firstDueNs() {
        Packet first = waiting.element();
        return originNs + first.afterOrigin;
    }

    void clear() {
        free.addAll(waiting);
        waiting.clear();
    }

    private Packet slot() {
        if (free.isEmpty()) {
            MemorySegment chunk = MemorySegment.ofArray(new byte[SLOT * SLOTS_PER_CHUNK]);
            for (int i = SLOTS_PER_CHUNK - 1; i >= 0; i--) {
                free.push(new Packet(chunk, (long) i * SLOT));
            }
        }
        return free.pop();
    }

    private static int earlier(Packet a, Packet b) {
        int byTime = Long.compare(a.afterOrigin, b.afterOrigin);
        return byTime != 0 ? byTime : Long.compare(a.order, b.order);
    }
}
