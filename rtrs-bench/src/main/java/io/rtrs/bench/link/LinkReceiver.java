package io.rtrs.bench.link;

import io.rtrs.soft.roce.driver.udp.Poller;
import io.rtrs.soft.roce.driver.udp.UdpLink;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Checks packets, copies their payload into memory, and acknowledges each received batch with how many they were. */
final class LinkReceiver implements PacketSink {
    private static final int LIMIT = 256;
    private static final int MEMORY = 16 << 20;
    private static final long LOOK_NS = 100_000_000;

    /** Whether to end. */
    interface End {
        boolean reached() throws IOException;
    }

    private final UdpLink link;
    private final int payload;
    private final Icrc icrc = new Icrc();
    private final MemorySegment memory = Arena.ofAuto().allocate(MEMORY, 4096);
    private @Nullable Peer sender;
    private int received;
    private long bad;
    private long position;

    LinkReceiver(UdpLink link, int payload) {
        this.link = link;
        this.payload = payload;
    }

    void run(Poller poller, End end) throws IOException {
        boolean ended = false;
        while (!ended) {
            if (link.receive(this, LIMIT, 0) > 0) {
                acknowledge();
            } else {
                ended = poller.await(LOOK_NS) == Poller.TIMEOUT && end.reached();
            }
        }
        if (bad > 0) {
            System.err.println(bad + " packets with a wrong ICRC");
        }
    }

    private void acknowledge() {
        Peer to = sender;
        long offset = to == null ? Link.NO_ROOM : link.reserve(to, Bth.SIZE + RoceOpcode.ICRC_SIZE);
        if (offset != Link.NO_ROOM) {
            Bth.put(link.transmitMemory(), offset, RoceOpcode.ACKNOWLEDGE, false, 0, 1, false, received);
            link.commit();
            link.flush();
        }
    }

    @Override
    public void onPacket(
            MemorySegment packet, long offset, int length, long sourceHi, long sourceLo, int sourcePort, long nowNs) {
        if (icrc.verify(packet, offset, length, sourceHi, sourceLo, link.local(), sourcePort) == Icrc.BAD) {
            bad++;
            return;
        }
        if (sender == null) {
            sender = new Peer(new Gid(sourceHi, sourceLo), Peer.ROCE_PORT);
        }
        MemorySegment.copy(packet, offset + Bth.SIZE, memory, position, payload);
        position = (position + payload) % (MEMORY - payload);
        received++;
    }
}
