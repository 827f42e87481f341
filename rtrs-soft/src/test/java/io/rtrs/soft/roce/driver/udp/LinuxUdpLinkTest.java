package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.VerbsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** What the link makes of the kernel's answers, given by a fake. */
class LinuxUdpLinkTest {
    private static final Peer PEER = new Peer(Gid.ofIpv4(0x7f000003), 0xC000);

    private static final Gid OTHER = Gid.ofIpv4(0x0a090009);

    private final FakeSockets sockets = new FakeSockets();
    private LinuxUdpLink link;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Platform.MISSING == null, "no Linux");
        link = LinuxUdpLink.open(
                sockets, LocalAddress.of(InetAddress.getByName("127.0.0.2")), Peer.ROCE_PORT, LinkOptions.DEFAULT);
    }

    @AfterEach
    void close() {
        if (link != null) {
            link.close();
            assertThat(sockets.openDescriptors).isZero();
        }
    }

    @Test
    void theSocketIsSetUpAsTheProtocolWants() { // spec/rocev2.md 2.6
        assertThat(sockets.calls)
                .contains(
                        "option 0/10=3", // IP_MTU_DISCOVER: PROBE
                        "option 17/104=1") // UDP_GRO
                .last()
                .isEqualTo("bind 2/4791");
        assertThat(link.facts().segmentation()).isTrue();
    }

    @Test
    void whatTheSocketDroppedIsCountedWhenItsNumberWrapsToo() {
        sockets.drops = 5;
        link.count();
        link.count();
        assertThat(link.counters().receiveOverflow()).isEqualTo(5);
        sockets.drops = -1; // 2³² − 1
        link.count();
        sockets.drops = 2;
        link.count();
        assertThat(link.counters().receiveOverflow()).isEqualTo((1L << 32) + 2);
    }

    @Test
    void whatTheSocketDroppedLastIsCountedWhenItIsClosed() {
        sockets.drops = 7;
        link.close();
        assertThat(link.counters().receiveOverflow()).isEqualTo(7);
    }

    @Test
    void aFullSocketKeepsThePacketsInOrder() {
        Traffic.send(link, PEER, 0, 40);
        Traffic.send(link, PEER, 1, 1040);
        sockets.answers.add(-Sockets.EAGAIN);

        assertThat(link.flush()).isEqualTo(2);
        assertThat(link.waitsForRoom()).isTrue();
        assertThat(link.counters().socketFull()).isEqualTo(1);

        assertThat(link.flush()).isZero();
        assertThat(link.waitsForRoom()).isFalse();
        assertThat(sockets.sent).isEqualTo(List.of("40 ", "40 ", "1040 "));
        assertThat(link.counters().packetsSent()).isEqualTo(2);
    }

    @Test
    void whoSleepsLearnsThatAnotherThreadFilledTheSocket() throws Exception {
        try (LinuxPoller poller = new LinuxPoller(sockets)) {
            poller.add(link);
            poller.await(0); // the link is new
            sockets.whileAsleep = () -> {
                Traffic.send(link, PEER, 1, 40);
                sockets.answers.add(-Sockets.EAGAIN);
                sockets.answers.add(-Sockets.EAGAIN);
                assertThat(link.flush()).isEqualTo(1);
            };
            sockets.signals = 0;
            poller.await(Poller.FOREVER);
            sockets.whileAsleep = () -> {};

            assertThat(sockets.signals).as("wakes the sleeper").isEqualTo(1);
            poller.await(Poller.FOREVER);
            assertThat(sockets.waitedFor).as("events of the last wait").isEqualTo(Sockets.POLLIN | Sockets.POLLOUT);
        }
    }

    @Test
    void aSocketThatStaysFullEndsInNoRoom() {
        for (int i = 0; i < 100_000; i++) {
            sockets.answers.add(-Sockets.EAGAIN);
        }
        int accepted = 0;
        while (link.reserve(PEER, 4112) != Link.NO_ROOM) {
            link.commit();
            accepted++;
            assertThat(link.flush()).isEqualTo(accepted);
        }
        assertThat(accepted).isBetween(50, 64); // of 256 KiB
    }

    @Test
    void aPacketAboveTheRoutesMtuIsLossAndTheRestGoes() {
        Traffic.send(link, PEER, 0, 4112);
        Traffic.send(link, PEER, 1, 4132);
        sockets.answers.add(-Sockets.EMSGSIZE);
        sockets.answers.add(-Sockets.EMSGSIZE);

        assertThat(link.flush()).isZero();

        assertThat(link.counters().packetsRefused()).isEqualTo(1);
        assertThat(link.counters().lastErrno()).isEqualTo(Sockets.EMSGSIZE);
        assertThat(link.counters().packetsSent()).isEqualTo(1);
    }

    @Test
    void aBatchTellsItsSegmentLengthAndIsSealedByIndex() { // spec/rocev2.md 18.7
        for (int i = 0; i < 3; i++) {
            Traffic.send(link, PEER, i, i < 2 ? 1040 : 40);
        }
        assertThat(link.flush()).isZero();

        assertThat(sockets.sent).isEqualTo(List.of("2120 segment 1040"));
        for (int i = 0; i < 3; i++) {
            assertSealed(i * 1040L, i < 2 ? 1040 : 40, i);
        }
    }

    @Test
    void aKernelThatDoesNotCutGetsPacketsOneByOneSealedAnew() {
        for (int i = 0; i < 3; i++) {
            Traffic.send(link, PEER, i, i < 2 ? 1040 : 40);
        }
        sockets.answers.add(-Sockets.EIO);
        sockets.answers.add(-Sockets.EIO);

        assertThat(link.flush()).isZero();

        assertThat(sockets.sent).isEqualTo(List.of("2120 segment 1040", "2120 segment 1040", "1040 ", "1040 ", "40 "));
        for (int i = 0; i < 3; i++) {
            assertSealed(i * 1040L, i < 2 ? 1040 : 40, 0);
        }
        assertThat(link.counters().packetsSent()).isEqualTo(3);

        sockets.sent.clear();
        Traffic.send(link, PEER, 3, 40);
        Traffic.send(link, PEER, 4, 40);
        assertThat(link.flush()).isZero();
        assertThat(sockets.sent).as("no batches any more").isEqualTo(List.of("40 ", "40 "));

        sockets.sent.clear();
        Peer other = new Peer(new Gid(PEER.gid().hi(), PEER.gid().lo() + 1), 0);
        Traffic.send(link, other, 5, 40);
        Traffic.send(link, other, 6, 40);
        assertThat(link.flush()).isZero();
        assertThat(sockets.sent).as("to another peer they are").isEqualTo(List.of("80 segment 40"));
    }

    /** docs/decisions/0008-no-icrc-at-home.md */
    @Test
    void packetsOfAnUnsealedPeerLeaveWithoutIcrcAndShareTheirCallWithOthers() {
        Peer unsealed = new Peer(PEER.address(), 0, 0, true);
        Traffic.send(link, unsealed, 0, 1040);
        Traffic.send(link, PEER, 1, 1040);
        Traffic.send(link, unsealed, 2, 40);
        assertThat(link.flush()).isZero();

        assertThat(sockets.sent).isEqualTo(List.of("2120 segment 1040"));
        assertThat(link.transmitMemory().get(Layouts.ICRC, 1040 - RoceOpcode.ICRC_SIZE))
                .isZero();
        assertSealed(1040, 1040, 1);
        assertThat(link.transmitMemory().get(Layouts.ICRC, 2120 - RoceOpcode.ICRC_SIZE))
                .isZero();
    }

    @Test
    void onlyLoopbackAddressesAndItsOwnAreReachedWithinTheMachine() throws Exception {
        assertThat(link.staysHere(PEER.gid())).isTrue();
        assertThat(link.staysHere(link.local())).isTrue();
        assertThat(link.staysHere(OTHER)).isFalse();
        InetAddress address = InetAddress.getByName("10.9.0.8");
        LocalAddress veth = new LocalAddress(address, "veth0", 1500, 1024, true);
        try (LinuxUdpLink away = LinuxUdpLink.open(sockets, veth, Peer.ROCE_PORT, LinkOptions.DEFAULT)) {
            assertThat(away.staysHere(away.local())).isTrue();
            assertThat(away.staysHere(OTHER)).isFalse();
            assertThat(away.staysHere(link.local())).isFalse();
        }
    }

    private void assertSealed(long offset, int length, int identification) {
        MemorySegment memory = link.transmitMemory();
        assertThat(new Icrc().matches(memory, offset, length, link.local(), PEER.gid(), 4791, identification))
                .as("packet at %d sealed with %d", offset, identification)
                .isTrue();
    }

    @Test
    void aFailureWhileOpeningLeavesNoDescriptor() throws Exception {
        FakeSockets failing = new FakeSockets();
        failing.bindAnswer = -Sockets.EADDRINUSE;
        LocalAddress local = LocalAddress.of(InetAddress.getByName("127.0.0.2"));

        assertThatThrownBy(() -> LinuxUdpLink.open(failing, local, Peer.ROCE_PORT, LinkOptions.DEFAULT))
                .isInstanceOf(VerbsException.class)
                .hasMessageContainingAll("127.0.0.2", "4791");
        assertThat(failing.openDescriptors).isZero();
    }

    @Test
    void an_error_of_an_earlier_packet_costs_the_next_send_nothing() {
        Traffic.send(link, PEER, 0, 40);
        sockets.errors.add(new FakeSockets.Icmp(OTHER, 4791, Sockets.ECONNREFUSED, OTHER));
        sockets.answers.add(-Sockets.ECONNREFUSED);

        assertThat(link.flush()).isZero();

        assertThat(link.counters().packetsSent()).isEqualTo(1);
        assertThat(link.counters().packetsRefused()).isZero();
        assertThat(link.counters().errorsReported()).isEqualTo(1);
        assertThat(failures()).containsExactly(OTHER + ":4791 errno 111");
        assertThat(failures()).as("each once").isEmpty();
    }

    /** The kernel makes the next error of its queue the socket's when one is read. */
    @Test
    void a_flood_of_errors_of_another_destination_costs_a_packet_nothing() {
        Traffic.send(link, PEER, 0, 40);
        for (int i = 0; i < 3 * ErrorQueue.AT_ONCE; i++) {
            sockets.errors.add(new FakeSockets.Icmp(OTHER, 4791, Sockets.ECONNREFUSED, OTHER));
        }
        sockets.tellsErrors = true;

        assertThat(link.flush()).isZero();

        assertThat(link.counters().packetsSent()).isEqualTo(1);
        assertThat(link.counters().packetsRefused()).isZero();
        assertThat(failures()).containsExactly(OTHER + ":4791 errno 111");
    }

    @Test
    void a_send_that_is_not_permitted_is_known_by_its_destination() {
        Traffic.send(link, PEER, 0, 40);
        sockets.answers.add(-Sockets.EPERM);
        sockets.answers.add(-Sockets.EPERM);

        assertThat(link.flush()).isZero();

        assertThat(link.counters().packetsRefused()).isEqualTo(1);
        assertThat(failures()).containsExactly(PEER.gid() + ":4791 errno 1");
    }

    @Test
    void what_a_receiver_finds_in_the_error_queue_is_settled_if_this_machine_says_it() {
        sockets.errors.add(new FakeSockets.Icmp(OTHER, 4791, Sockets.EHOSTUNREACH, OTHER));
        sockets.errors.add(new FakeSockets.Icmp(PEER.gid(), 4792, Sockets.EHOSTUNREACH, link.local()));
        link.errorsWait();

        link.receive((memory, offset, length, hi, lo, port, now) -> {}, 10, 0);

        assertThat(failures()).containsExactly(OTHER + ":4791 errno 113", PEER.gid() + ":4792 errno 113, settled");
    }

    @Test
    void a_port_of_another_host_that_this_machine_calls_unreachable_is_its_own_firewalls_doing() {
        sockets.errors.add(new FakeSockets.Icmp(OTHER, 4791, Sockets.ECONNREFUSED, link.local()));
        link.errorsWait();

        link.receive((memory, offset, length, hi, lo, port, now) -> {}, 10, 0);

        assertThat(failures()).containsExactly(OTHER + ":4791 errno 1, settled");
    }

    @Test
    void a_flood_of_errors_is_read_in_turns_and_keeps_the_poller_awake_until_it_is_over() {
        for (int i = 0; i < ErrorQueue.AT_ONCE + 1; i++) {
            sockets.errors.add(new FakeSockets.Icmp(OTHER, 4791, Sockets.ECONNREFUSED, OTHER));
        }
        link.errorsWait();

        link.receive((memory, offset, length, hi, lo, port, now) -> {}, 10, 0);
        assertThat(sockets.errors).hasSize(1);
        assertThat(link.holdsReceived()).isTrue();

        link.receive((memory, offset, length, hi, lo, port, now) -> {}, 10, 1);
        assertThat(sockets.errors).isEmpty();
        assertThat(link.holdsReceived()).isFalse();
    }

    @Test
    void a_packet_that_is_too_long_says_nothing_of_its_destination() {
        Traffic.send(link, PEER, 0, 4132);
        sockets.answers.add(-Sockets.EMSGSIZE);
        sockets.answers.add(-Sockets.EMSGSIZE);

        assertThat(link.flush()).isZero();

        assertThat(failures()).isEmpty();
    }

    private List<String> failures() {
        List<String> found = new ArrayList<>();
        link.reportFailures(
                (to, port, errno, settled, packet, now) ->
                        found.add(to + ":" + port + " errno " + errno + (settled ? ", settled" : "")),
                0);
        return found;
    }
}
