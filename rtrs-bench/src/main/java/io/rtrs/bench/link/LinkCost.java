package io.rtrs.bench.link;

import io.rtrs.soft.roce.driver.udp.LinkOptions;
import io.rtrs.soft.roce.driver.udp.UdpDriver;
import io.rtrs.soft.roce.driver.udp.UdpLink;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.RoceOpcode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;

/**
 * Processor time of a packet's two ends, each with its copy and its ICRC, by one thread that is one end after the other.
 *
 * <p>What two processors carry is bounded by the dearer end. Processor time means something on a busy machine, too, where
 * {@link LinkSpeed} measures the neighbours.
 */
public final class LinkCost {
    private static final int WINDOW = 60;
    private static final int MEMORY = 16 << 20;

    private final UdpLink from;
    private final UdpLink to;
    private final Peer peer;
    private final int payload;
    private final Icrc icrc = new Icrc();
    private final MemorySegment memory = Arena.ofAuto().allocate(MEMORY, 4096);
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long position;
    private int received;
    private long sendNs;
    private long receiveNs;

    private LinkCost(UdpLink from, UdpLink to, int payload) {
        this.from = from;
        this.to = to;
        this.peer = new Peer(to.local(), Peer.ROCE_PORT);
        this.payload = payload;
        memory.fill((byte) 0x5a);
    }

    /** {@code LinkCost [payload [rounds]]}: prints a line for each driver. */
    public static void main(String[] args) throws Exception {
        int payload = args.length > 0 ? Integer.parseInt(args[0]) : 4096;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5000;
        for (UdpDriver driver : UdpDriver.values()) {
            if (driver.missing().isEmpty()) {
                try (UdpLink from = driver.openFreeLoopback(LinkOptions.DEFAULT);
                        UdpLink to = driver.openFreeLoopback(LinkOptions.DEFAULT)) {
                    LinkCost cost = new LinkCost(from, to, payload);
                    cost.run(rounds);
                    System.out.println(driver + " " + cost.run(rounds));
                }
            }
        }
    }

    private String run(int rounds) {
        sendNs = 0;
        receiveNs = 0;
        for (int i = 0; i < rounds; i++) {
            long start = threads.getCurrentThreadCpuTime();
            for (int packet = 0; packet < WINDOW; packet++) {
                put();
            }
            from.flush();
            long sent = threads.getCurrentThreadCpuTime();
            received = 0;
            PacketSink sink = this::take;
            while (received < WINDOW) {
                to.receive(sink, WINDOW, 0);
            }
            receiveNs += threads.getCurrentThreadCpuTime() - sent;
            sendNs += sent - start;
        }
        double packets = (double) rounds * WINDOW;
        double dearer = Math.max(sendNs, receiveNs) / packets;
        return String.format(
                Locale.ROOT,
                "payload %d: sending %.0f ns, receiving %.0f ns of processor time a packet: at most %.2f GB/s",
                payload,
                sendNs / packets,
                receiveNs / packets,
                payload / dearer);
    }

    private void put() {
        int length = Bth.SIZE + payload + RoceOpcode.ICRC_SIZE;
        long offset = from.reserve(peer, length);
        if (offset == Link.NO_ROOM) {
            from.flush();
            offset = from.reserve(peer, length);
        }
        MemorySegment packet = from.transmitMemory();
        Bth.put(packet, offset, RoceOpcode.SEND_MIDDLE, false, payload, 1, false, 0);
        MemorySegment.copy(memory, position, packet, offset + Bth.SIZE, payload);
        advance();
        from.commit();
    }

    private void take(
            MemorySegment packet, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        if (icrc.verify(packet, offset, length, sourceHi, sourceLo, to.local(), sourcePort) == Icrc.BAD) {
            throw new IllegalStateException("a packet with a wrong ICRC");
        }
        MemorySegment.copy(packet, offset + Bth.SIZE, memory, position, payload);
        advance();
        received++;
    }

    private void advance() {
        position = (position + payload) % (MEMORY - payload);
    }
}
