package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.link.ReturnedPacket;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kernel's own error reports, on sockets of this machine. */
class ErrorQueueTest {
    @Test
    @Timeout(30)
    void a_destination_where_nobody_is_wakes_the_poller_once_and_another_peers_packets_arrive() throws Exception {
        try (UdpLink link = Loopback.open(UdpDriver.LINUX);
                UdpLink alive = Loopback.open(UdpDriver.LINUX);
                Poller poller = UdpDriver.LINUX.poller()) {
            poller.add(link);
            UdpLink gone = Loopback.open(UdpDriver.LINUX);
            Gid nobody = gone.local();
            gone.close();
            List<String> failures = new ArrayList<>();
            List<ReturnedPacket> sent = new ArrayList<>();
            List<ReturnedPacket> returned = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Traffic.send(link, new Peer(nobody, 4791), i, 40);
                sent.add(new ReturnedPacket(17, i));
                Traffic.send(link, new Peer(alive.local(), 4791), i, 40);
                assertThat(link.flush()).isZero();
            }
            while (failures.isEmpty()) {
                poller.await(Poller.FOREVER);
                link.receive((memory, offset, length, hi, lo, port, now) -> {}, 64, System.nanoTime());
                link.reportFailures(
                        (to, port, errno, settled, packet, now) -> {
                            failures.add(to + ":" + port + " " + errno + " " + settled);
                            returned.add(packet);
                        },
                        0);
            }
            assertThat(failures).singleElement(STRING).startsWith(nobody + ":4791 " + Sockets.ECONNREFUSED + " true");
            assertThat(returned).isSubsetOf(sent).isNotEmpty();
            assertThat(link.counters().packetsRefused()).isZero();
            int arrived = 0;
            while (arrived < 20) {
                arrived += alive.receive((memory, offset, length, hi, lo, port, now) -> {}, 64, System.nanoTime());
            }
            while ((poller.await(0) & Poller.READY) != 0) { // until all errors are read; it times out if they never are
                link.receive((memory, offset, length, hi, lo, port, now) -> {}, 64, System.nanoTime());
            }
            assertThat(link.counters().errorsReported()).isEqualTo(20);
        }
    }

    /** Its number is one of the peer's, and proves nothing. */
    @Test
    @Timeout(30)
    void anAnswerThatComesBackIsNotQuoted() throws Exception {
        try (UdpLink link = Loopback.open(UdpDriver.LINUX);
                Poller poller = UdpDriver.LINUX.poller()) {
            poller.add(link);
            UdpLink gone = Loopback.open(UdpDriver.LINUX);
            Gid nobody = gone.local();
            gone.close();
            Traffic.send(link, new Peer(nobody, 4791), RoceOpcode.ACKNOWLEDGE, 1, 40);
            assertThat(link.flush()).isZero();
            List<Optional<ReturnedPacket>> returned = new ArrayList<>();
            while (returned.isEmpty()) {
                poller.await(Poller.FOREVER);
                link.receive((memory, offset, length, hi, lo, port, now) -> {}, 64, System.nanoTime());
                link.reportFailures(
                        (to, port, errno, settled, packet, now) -> returned.add(Optional.ofNullable(packet)), 0);
            }
            assertThat(returned).containsExactly(Optional.empty());
        }
    }
}
