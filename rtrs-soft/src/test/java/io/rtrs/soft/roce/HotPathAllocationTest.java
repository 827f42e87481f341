package io.rtrs.soft.roce;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.Garbage;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.link.SimulatedLink;
import io.rtrs.soft.roce.link.SimulatedNetwork;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Reth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;
import org.junit.jupiter.api.Test;

/** What each packet calls allocates nothing, interpreted or compiled. */
class HotPathAllocationTest {
    private static final int ROUNDS = 20_000;
    private static final Gid A = Gid.ofIpv4(0x0A09_0001);
    private static final Gid B = Gid.ofIpv4(0x0A09_0002);

    private final SimulatedNetwork network = SimulatedNetwork.perfect();
    private final SimulatedLink from = network.attach(A, 4096);
    private final SimulatedLink to = network.attach(B, 4096);
    private final Peer peer = new Peer(B, 0xC001);
    private final Icrc icrc = new Icrc();
    private final RocePacket packet = new RocePacket();
    private long sum;
    private int pairs;

    private final PacketSink sink = (memory, offset, length, sourceHi, sourceLo, sourcePort, nowNs) -> {
        if (packet.wrap(memory, offset, length) == RocePacket.OK
                && icrc.verify(memory, offset, length, sourceHi, sourceLo, B, sourcePort) != Icrc.BAD) {
            sum += packet.payloadLength() + packet.remoteAddress() + packet.rkey() + packet.dmaLength();
        }
    };

    @Test
    void headers_checksums_parser_and_simulated_links_allocate_nothing() throws Exception {
        run();
        assertThat(Garbage.of(this::run)).as("bytes in %d rounds", ROUNDS).isLessThan(ROUNDS);
        assertThat(sum).isNotZero();
        assertThat(network.delivered()).isEqualTo(2L * pairs);
    }

    private void run() {
        for (int i = 0; i < ROUNDS; i++) {
            pairs++;
            send(i, 1000);
            send(i, 0);
            from.flush();
            network.advanceTo(network.nextArrivalNs());
            to.receive(sink, 100, network.nowNs());
        }
    }

    private void send(int psn, int payload) {
        long at = from.reserve(peer, RoceOpcode.WRITE_ONLY.packetLength(payload));
        if (at == Link.NO_ROOM) {
            throw new AssertionError("no room");
        }
        Bth.put(from.transmitMemory(), at, RoceOpcode.WRITE_ONLY, false, payload, 17, true, psn);
        Reth.put(from.transmitMemory(), at + RoceOpcode.WRITE_ONLY.rethOffset(), psn, psn, payload);
        from.commit();
    }
}
