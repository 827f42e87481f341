package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceAddress;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.soft.roce.wire.RocePacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.util.Arrays;

/** Packets whose payload is sent from where it is: docs/decisions/0009-sent-from-where-it-is.md. The kernel is a fake. */
class BorrowingTest {
    private static final RoceAddress ADDRESS = RoceAddress.of(Gid.ofIpv4(0x7f000003));
    private static final Peer PEER = new Peer(ADDRESS, 0, 0, /* unsealed= */ true);
    private static final int PAYLOAD = 4096;
    private static final int PACKET = Bth.SIZE + PAYLOAD + RoceOpcode.ICRC_SIZE;

    private final FakeSockets sockets = new FakeSockets();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment data = arena.allocate(4 * PAYLOAD, 8);
    private LinuxUdpLink link;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Platform.MISSING == null, "no Linux");
        link = LinuxUdpLink.open(
                sockets, LocalAddress.of(InetAddress.getByName("127.0.0.2")), Peer.ROCE_PORT, LinkOptions.DEFAULT);
        for (int i = 0; i < 4; i++) {
            data.asSlice((long) i * PAYLOAD, PAYLOAD).fill((byte) ('a' + i));
        }
    }

    @AfterEach
    void close() {
        if (link != null) {
            link.close();
        }
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    /** Writes packet {@code number}, whose payload is a block of the data; whether it borrows it. */
    private boolean write(Peer to, int number, MemorySegment from) {
        long at = link.reserve(to, PACKET);
        assertThat(at).isNotEqualTo(Link.NO_ROOM);
        Bth.put(link.transmitMemory(), at, RoceOpcode.SEND_MIDDLE, false, PAYLOAD, 17, false, number);
        long block = (long) number * PAYLOAD;
        boolean borrowed = link.borrow(at + Bth.SIZE, PAYLOAD, from, block);
        if (!borrowed) {
            MemorySegment.copy(from, block, link.transmitMemory(), at + Bth.SIZE, PAYLOAD);
        }
        link.commit();
        return borrowed;
    }

    private void assertSent(int... numbers) {
        assertThat(sockets.last).hasSize(numbers.length * PACKET);
        for (int i = 0; i < numbers.length; i++) {
            byte[] packet = Arrays.copyOfRange(sockets.last, i * PACKET, (i + 1) * PACKET);
            assertThat(Bth.psn(MemorySegment.ofArray(packet), 0)).isEqualTo(numbers[i]);
            byte[] expected = new byte[PAYLOAD];
            Arrays.fill(expected, (byte) ('a' + numbers[i]));
            assertThat(Arrays.copyOfRange(packet, Bth.SIZE, Bth.SIZE + PAYLOAD)).isEqualTo(expected);
        }
    }

    @Test
    void theKernelReadsThePayloadWhereItIs() {
        for (int i = 0; i < 3; i++) {
            assertThat(write(PEER, i, data)).isTrue();
        }
        assertThat(link.transmitMemory().get(ValueLayout.JAVA_BYTE, Bth.SIZE))
                .as("not copied")
                .isZero();
        assertThat(link.flush()).isZero();
        assertSent(0, 1, 2);
    }

    @Test
    void aPacketWithAnIcrcIsCopied() {
        assertThat(write(new Peer(ADDRESS, 0), 0, data)).isFalse();
        assertThat(write(PEER, 1, data)).isTrue();
        assertThat(link.flush()).isZero();
        assertSent(0, 1);
    }

    @Test
    void whatAFullSocketLeavesIsCopiedBeforeItsOwnerMayChangeIt() {
        write(PEER, 0, data);
        write(PEER, 1, data);
        sockets.answers.add(-Sockets.EAGAIN);
        assertThat(link.flush()).isEqualTo(2);

        data.fill((byte) 'x');
        arena.close();

        assertThat(link.flush()).isZero();
        assertSent(0, 1);
    }

    @Test
    void whatIsGivenBackIsCopiedBeforeItsOwnerMayChangeIt() {
        write(PEER, 0, data);
        write(PEER, 1, data);
        link.giveBack();
        assertThat(sockets.sent).isEmpty();

        MemorySegment mine = Arena.ofAuto().allocate(4 * PAYLOAD, 8).copyFrom(data.asSlice(0, 4 * PAYLOAD));
        data.fill((byte) 'x');
        arena.close();

        assertThat(write(PEER, 2, mine)).as("another memory").isTrue();
        assertThat(link.flush()).isZero();
        assertSent(0, 1, 2);
    }

    @Test
    void packetsBehindThoseOfAFullSocketBorrowAgain() {
        write(PEER, 0, data);
        sockets.answers.add(-Sockets.EAGAIN);
        assertThat(link.flush()).isEqualTo(1);
        assertThat(write(PEER, 1, data)).isTrue();
        assertThat(link.flush()).isZero();
        assertSent(0, 1);
    }

    @Test
    void aKernelThatDoesNotCutGetsThemWhole() {
        write(PEER, 0, data);
        write(PEER, 1, data);
        sockets.answers.add(-Sockets.EIO);
        sockets.answers.add(-Sockets.EIO);
        assertThat(link.flush()).isZero();
        assertSent(1);
        assertThat(link.counters().packetsSent()).isEqualTo(2);
    }

    /** All that one send reads is held while it runs. */
    @Test
    void aBatchBorrowsFromOneMemoryAtATime() {
        try (Arena other = Arena.ofShared()) {
            assertThat(write(PEER, 0, data)).isTrue();
            assertThat(write(PEER, 1, other.allocate(4 * PAYLOAD, 8).copyFrom(data)))
                    .isFalse();
            assertThat(link.flush()).isZero();
            assertSent(0, 1);
            assertThat(write(PEER, 1, other.allocate(4 * PAYLOAD, 8).copyFrom(data)))
                    .isTrue();
            assertThat(link.flush()).isZero();
            assertSent(1);
        }
    }

    @Test
    void memoryThatWasFreedLosesThePacketsAndNothingElse() {
        write(PEER, 0, data);
        arena.close();
        assertThat(link.flush()).isZero();
        assertThat(link.counters().packetsRefused()).isEqualTo(1);

        MemorySegment mine = Arena.ofAuto().allocate(4 * PAYLOAD, 8).fill((byte) 'a');
        assertThat(write(PEER, 0, mine)).isTrue();
        assertThat(link.flush()).isZero();
        assertSent(0);
    }

    @Test
    void memoryThatIsFreedBeforeAFullSocketWasSeenMakesAPacketThatIsDropped() {
        write(PEER, 0, data);
        sockets.whileSending = arena::close;
        sockets.answers.add(-Sockets.EAGAIN);
        assertThat(link.flush()).isEqualTo(1);
        sockets.whileSending = () -> {};
        assertThat(link.flush()).isZero();
        assertThat(new RocePacket().wrap(MemorySegment.ofArray(sockets.last), 0, PACKET))
                .isEqualTo(RocePacket.BAD_VERSION);
    }

    @Test
    void aReservationThatIsGivenUpLendsNothing() {
        long at = link.reserve(PEER, PACKET);
        assertThat(link.borrow(at + Bth.SIZE, PAYLOAD, data, 0)).isTrue();
        long again = link.reserve(PEER, PACKET);
        Bth.put(link.transmitMemory(), again, RoceOpcode.SEND_MIDDLE, false, PAYLOAD, 17, false, 3);
        MemorySegment.copy(data, 3L * PAYLOAD, link.transmitMemory(), again + Bth.SIZE, PAYLOAD);
        link.commit();
        assertThat(link.flush()).isZero();
        assertSent(3);
    }
}
