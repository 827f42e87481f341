package io.rtrs.bench.link;

import io.rtrs.soft.roce.driver.udp.Poller;
import io.rtrs.soft.roce.driver.udp.UdpLink;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Psn;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.VerbsException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;

/** Sends packets while fewer than a window are not acknowledged. */
final class LinkSender implements PacketSink {
    private static final int MEMORY = 16 << 20;
    private static final long STALL_NS = 500_000_000;

    private final UdpLink link;
    private final Peer peer;
    private final int payload;
    private final int window;
    private final Icrc icrc = new Icrc();
    private final MemorySegment memory = Arena.ofAuto().allocate(MEMORY, 4096);
    private long position;
    private int unacknowledged;
    private int lastAcknowledged;
    private long lost;

    LinkSender(UdpLink link, InetAddress to, int payload, int window) {
        this.link = link;
        this.peer = new Peer(Gid.of(to), Peer.ROCE_PORT);
        this.payload = payload;
        this.window = window;
        memory.fill((byte) 0x5a);
    }

    /** Packets that were not acknowledged for half a second: lost, or the other process was not scheduled. */
    long lost() {
        return lost;
    }

    /** Sends for some time; how many packets. */
    long run(Poller poller, int seconds) throws VerbsException {
        long sent = 0;
        long now = System.nanoTime();
        long end = now + seconds * 1_000_000_000L;
        long lastProgress = now;
        while (now - end < 0) {
            while (unacknowledged < window && put()) {
                unacknowledged++;
                sent++;
            }
            link.flush();
            int acknowledgements = link.receive(this, window, 0);
            if (acknowledgements == 0 && unacknowledged == window) {
                poller.await(STALL_NS / 10);
            }
            now = System.nanoTime();
            if (acknowledgements > 0) {
                lastProgress = now;
            } else if (now - lastProgress > STALL_NS) {
                lost += unacknowledged;
                unacknowledged = 0;
                lastProgress = now;
            }
        }
        return sent;
    }

    private boolean put() {
        int length = Bth.SIZE + payload + RoceOpcode.ICRC_SIZE;
        long offset = link.reserve(peer, length);
        if (offset == Link.NO_ROOM) {
            return false;
        }
        MemorySegment packet = link.transmitMemory();
        Bth.put(packet, offset, RoceOpcode.SEND_MIDDLE, false, payload, 1, false, 0);
        MemorySegment.copy(memory, position, packet, offset + Bth.SIZE, payload);
        position = (position + payload) % (MEMORY - payload);
        link.commit();
        return true;
    }

    @Override
    public void onPacket(
            MemorySegment packet, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        if (icrc.verify(packet, offset, length, sourceHi, sourceLo, link.local(), sourcePort) != Icrc.BAD) {
            int total = Bth.psn(packet, offset);
            unacknowledged = Math.max(0, unacknowledged - Psn.diff(total, lastAcknowledged));
            lastAcknowledged = total;
        }
    }
}
