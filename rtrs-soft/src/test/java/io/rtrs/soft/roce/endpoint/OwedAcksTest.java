package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.cm.QueuePairAttributes;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.link.SimulatedLink;
import io.rtrs.soft.roce.link.SimulatedNetwork;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Reth;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;
import io.rtrs.soft.work.Posted;
import io.rtrs.soft.work.SendArray;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledgements of several queue pairs that wait for company: with four connections and more they waited for each other, a
 * millisecond long, when each round let one of them go. Peers' queue pairs are numbered 1, 2 …, as the lanes are here.
 */
class OwedAcksTest {
    private static final int MTU = 1024;
    private static final int PSN = 0x100;
    private static final int LANES = 4;

    private final SimulatedNetwork network = SimulatedNetwork.perfect();
    private final SimulatedLink peers = network.attach(Gid.ofIpv4(0x0A00_0002), MTU);
    private final SimulatedEndpoint here = new SimulatedEndpoint(network, 1, Gid.ofIpv4(0x0A00_0001), MTU);
    private final List<Lane> lanes = new ArrayList<>();
    private final int[] asked = new int[LANES];

    /** The peers' queue pairs that were acknowledged, in order. */
    private final List<Integer> acknowledged = new ArrayList<>();

    private int requests;

    @BeforeEach
    void connect() {
        RoceAddress peer = RoceAddress.of(peers.local());
        for (int i = 0; i < LANES; i++) {
            Lane lane = here.open();
            lanes.add(lane);
            here.endpoint.connect(
                    lane.number(),
                    new QueuePairAttributes(peer, i + 1, PSN, PSN, MTU, 1, 1, 7, 7, 17, Told.NOTHING),
                    network.nowNs());
        }
        here.endpoint.poll(64, network.nowNs());
        network.filter((source, destination, packet, offset, length) -> look(packet, offset, length));
    }

    private boolean look(MemorySegment packet, long offset, int length) {
        RocePacket view = new RocePacket(MTU);
        assertThat(view.wrap(packet, offset, length)).isEqualTo(RocePacket.OK);
        if (view.opcode() == RoceOpcode.ACKNOWLEDGE) {
            acknowledged.add(view.destQp());
        } else if (view.opcode() == RoceOpcode.WRITE_ONLY && view.destQp() <= LANES) {
            requests++;
        }
        return true;
    }

    /** The peers of these lanes write nothing, and want to know that it is done. */
    private void areWritten(int... numbers) {
        RoceOpcode code = RoceOpcode.WRITE_ONLY;
        for (int number : numbers) {
            long at = peers.reserve(new Peer(here.link.local(), 0xC000), code.packetLength(0));
            int psn = PSN + asked[number - 1]++;
            Bth.put(
                    peers.transmitMemory(),
                    at,
                    code,
                    false,
                    0,
                    lanes.get(number - 1).number(),
                    true,
                    psn);
            Reth.put(peers.transmitMemory(), at + Bth.SIZE, 0, 0, 0);
            peers.commit();
        }
        peers.flush();
        network.advanceTo(network.nextArrivalNs());
        assertThat(here.endpoint.receive(64, network.nowNs())).isEqualTo(numbers.length);
    }

    private void write(int number) {
        SendArray array = new SendArray(1, 1);
        array.opcode[0] = WrOpcode.RDMA_WRITE;
        Lane lane = lanes.get(number - 1);
        assertThat(lane.queuePair().postSends(array, 0, 1, new Posted())).isZero();
        lane.ring();
    }

    private void pollWithoutAcksOfTheirOwn() {
        here.endpoint.poll(64, false, network.nowNs());
    }

    @Test
    void whileNothingElseLeavesTheyAllWait() {
        areWritten(1, 2, 3);
        pollWithoutAcksOfTheirOwn();
        assertThat(acknowledged).isEmpty();
        here.endpoint.poll(64, true, network.nowNs());
        assertThat(acknowledged).containsExactly(1, 2, 3);
    }

    @Test
    void severalAreCompanyForEachOtherOnceSomethingLeaves() {
        areWritten(1, 2, 3);
        write(4);
        pollWithoutAcksOfTheirOwn();
        assertThat(requests).isEqualTo(1);
        assertThat(acknowledged).containsExactly(1, 2);
    }

    @Test
    void whoHasWaitedIsTheFirstOfTheNextRound() {
        areWritten(1, 2, 3);
        write(4);
        pollWithoutAcksOfTheirOwn();
        acknowledged.clear();
        areWritten(1, 2);
        write(4);
        pollWithoutAcksOfTheirOwn();
        assertThat(requests).isEqualTo(2);
        assertThat(acknowledged).startsWith(3).hasSize(2);
    }
}
