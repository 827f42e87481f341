package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvMr;
import io.rtrs.soft.memory.Region;
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

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What packets borrow is the consumer's again when he learns that the work request is over
 * (docs/decisions/0009-sent-from-where-it-is.md).
 */
class LentMemoryTest {
    private static final int MTU = 4096;
    private static final int LENGTH = 64 * MTU;
    private static final int PEER_QPN = 0x777;
    private static final int PSN = 0x100;
    private static final byte POSTED = 'p';

    private final SimulatedNetwork network = SimulatedNetwork.perfect();
    private final SimulatedLink peers = network.attach(Gid.ofIpv4(0x0A00_0002), MTU);
    private final SimulatedEndpoint here = new SimulatedEndpoint(network, 1, Gid.ofIpv4(0x0A00_0001), MTU, true);
    private final LendingLink link = (LendingLink) here.endpoint.link();
    private final MemorySegment memory = Arena.ofAuto().allocate(LENGTH, 8).fill(POSTED);
    private final Region local = register(0);
    private final Lane lane = here.open();
    private int packetsOfTheWrite;
    private int othersBytes;

    private Region register(int access) {
        try {
            int key = here.domain.keys.reserve();
            Region region = new Region(here.domain, memory, access, key, false);
            here.domain.keys.put(key, region);
            return region;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void connect() {
        RoceAddress peer = RoceAddress.of(peers.local());
        here.endpoint.connect(
                lane.number(),
                new QueuePairAttributes(peer, PEER_QPN, PSN, PSN, MTU, 1, 1, 7, 7, 17, Told.NOTHING),
                network.nowNs());
        here.endpoint.poll(64, network.nowNs());
        network.filter((source, destination, packet, offset, length) -> look(packet, offset, length));
    }

    private boolean look(MemorySegment packet, long offset, int length) {
        RocePacket view = new RocePacket(MTU);
        assertThat(view.wrap(packet, offset, length)).isEqualTo(RocePacket.OK);
        boolean writes = view.opcode() == RoceOpcode.WRITE_FIRST || view.opcode() == RoceOpcode.WRITE_MIDDLE;
        if (writes) {
            packetsOfTheWrite++;
            for (int i = 0; i < view.payloadLength(); i++) {
                othersBytes += view.segment().get(ValueLayout.JAVA_BYTE, view.payloadOffset() + i) == POSTED ? 0 : 1;
            }
        }
        return true;
    }

    private void write() {
        SendArray array = new SendArray(1, 1);
        array.opcode[0] = WrOpcode.RDMA_WRITE;
        array.wrId[0] = 1;
        array.setSge(0, 0, memory.address(), LENGTH, local.fixedKey);
        array.setNumSge(0, 1);
        assertThat(lane.queuePair().postSends(array, 0, 1, new Posted())).isZero();
        lane.ring();
    }

    /** The peer reads all of a region. */
    private void isRead(Region region) {
        RoceOpcode code = RoceOpcode.READ_REQUEST;
        long at = peers.reserve(new Peer(here.link.local(), 0xC000), code.packetLength(0));
        Bth.put(peers.transmitMemory(), at, code, false, 0, lane.number(), true, PSN);
        Reth.put(peers.transmitMemory(), at + Bth.SIZE, region.base, region.fixedKey, LENGTH);
        peers.commit();
        peers.flush();
        network.advanceTo(network.nextArrivalNs());
        assertThat(here.endpoint.receive(64, network.nowNs())).isEqualTo(1);
    }

    /** The first turn writes packets of the WRITE, the second finds that the peer's key is dead: both before one flush. */
    @Test
    void anotherTurnThatFailsTheWorkRequestLeavesItsPacketsAsTheyWerePosted() {
        Region remote = register(IbvMr.IBV_ACCESS_REMOTE_READ);
        here.whenDone = () -> memory.fill((byte) 'x'); // as its owner may
        isRead(remote);
        write();
        link.reserving = number -> {
            if (packetsOfTheWrite == 0 && link.borrowed() == 4) {
                here.domain.keys.release(remote.fixedKey);
            }
        };
        here.endpoint.poll(64, network.nowNs());
        assertThat(here.done).containsExactly("send 1 status 5");
        assertThat(packetsOfTheWrite).isGreaterThanOrEqualTo(4);
        assertThat(othersBytes).isZero();
    }

    /** Nobody who waits for the turn's end knows that it failed. */
    @Test
    void aTurnThatThrowsGivesBackWhatItBorrowed() {
        write();
        link.reserving = number -> {
            if (link.borrowed() == 4) {
                throw new IllegalStateException("thrown by the test");
            }
        };
        here.whenDone = () -> memory.fill((byte) 'x'); // as its owner may
        here.endpoint.poll(64, network.nowNs());
        assertThat(here.heard).contains("fault thrown by the test");
        assertThat(here.done).containsExactly("send 1 status 5");
        assertThat(link.borrowed()).isZero();
        assertThat(packetsOfTheWrite).isEqualTo(4);
        assertThat(othersBytes).isZero();
    }
}
