package io.rtrs.soft.roce.driver.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rtrs.soft.Garbage;
import io.rtrs.soft.roce.link.Link;
import io.rtrs.soft.roce.link.PacketSink;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Icrc;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

class LinkPairTest {
    private static final int FULL = 4096 + 36;

    @ParameterizedTest
    @CsvSource({"LINUX,LINUX", "LINUX,NIO", "NIO,LINUX", "NIO,NIO"})
    void packetsOfAllSizesArriveWhole(UdpDriver sending, UdpDriver receiving) throws Exception {
        try (UdpLink from = Loopback.open(sending);
                UdpLink to = Loopback.open(receiving)) {
            Peer peer = new Peer(to.local(), 0xC000);
            Traffic traffic = new Traffic(to.local(), from.local());
            int number = 0;
            for (int length = 16; length <= FULL; length += length < 300 ? 4 : 252) {
                for (int i = 0; i < 3; i++) {
                    Traffic.send(from, peer, number++, length);
                }
                assertThat(from.flush()).isZero();
                traffic.await(to, number);
                assertThat(traffic.lastLength).isEqualTo(length);
            }
            assertThat(traffic.received).isEqualTo(number);
            assertThat(from.counters().packetsSent()).isEqualTo(number);
            assertThat(from.counters().packetsRefused()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"LINUX,LINUX", "LINUX,NIO", "NIO,LINUX", "NIO,NIO"})
    void fullBatchesWithShorterAndLongerPacketsBetweenArriveWhole(UdpDriver sending, UdpDriver receiving)
            throws Exception {
        try (UdpLink from = Loopback.open(sending);
                UdpLink to = Loopback.open(receiving)) {
            Peer peer = new Peer(to.local(), 0xC000);
            Traffic traffic = new Traffic(to.local(), from.local());
            int number = 0;
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 33; i++) {
                    int length = i == 0 ? FULL : i == 32 ? 20 + 4 * round : 4112;
                    Traffic.send(from, peer, number++, length);
                }
                assertThat(from.flush()).isZero();
                traffic.await(to, number);
            }
            if (from.facts().segmentation()) {
                // The long one with a shorter, a full batch, a full batch with the shortest.
                assertThat(from.counters().sendCalls()).isLessThanOrEqualTo(20 * 3L);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void whatAFullReceiveBufferDropsIsCountedWhereTheSystemTells(UdpDriver driver) throws Exception {
        try (UdpLink from = Loopback.open(driver);
                UdpLink to = Loopback.open(driver)) {
            Peer peer = new Peer(to.local(), 0xC000);
            int packets =
                    2 * to.facts().datagramsHeld(FULL); // the datagrams of a batch may be kept one by one, or glued
            for (int i = 0; i < 8 * packets; i++) {
                Traffic.send(from, peer, i, FULL);
                assertThat(from.flush()).isZero();
            }
            to.count();
            long dropped = to.counters().receiveOverflow();
            if (driver == UdpDriver.LINUX) {
                Traffic traffic = new Traffic(to.local(), from.local());
                traffic.await(to, 8 * packets - (int) dropped);
                assertThat(dropped).isPositive();
            } else {
                assertThat(dropped).isEqualTo(LinkCounters.UNKNOWN);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void packetsToSeveralPeersReachEachInOrder(UdpDriver driver) throws Exception {
        try (UdpLink from = Loopback.open(driver);
                UdpLink one = Loopback.open(driver);
                UdpLink two = Loopback.open(driver)) {
            Peer toOne = new Peer(one.local(), 0xC000);
            Peer toTwo = new Peer(two.local(), 0xC001);
            for (int i = 0; i < 60; i++) {
                Traffic.send(from, toOne, i, 40);
                Traffic.send(from, toTwo, i, 1040);
            }
            assertThat(from.flush()).isZero();
            new Traffic(one.local(), from.local()).await(one, 60);
            new Traffic(two.local(), from.local()).await(two, 60);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void overIpv6PacketsArriveWhole(UdpDriver driver) throws Exception {
        try (UdpLink link = Loopback.openSix(driver)) {
            Peer self = new Peer(link.local(), 0xC000);
            Traffic traffic = new Traffic(link.local(), link.local());
            for (int i = 0; i < 40; i++) {
                Traffic.send(link, self, i, i < 20 ? 4112 : 24);
            }
            assertThat(link.flush()).isZero();
            traffic.await(link, 40);
        }
    }

    @Test
    void ipv6PacketsWithoutUdpChecksumArrive() throws Exception { // spec/rocev2.md 1.4
        try (UdpLink link = Loopback.openSix(UdpDriver.LINUX)) {
            assertThat(link.facts().zeroChecksums()).isTrue();
            LibcSockets sockets = new LibcSockets();
            int noCheckTx = 101;
            int fd = ((LinuxUdpLink) link).descriptor();
            assertThat(sockets.setOption(fd, Sockets.SOL_UDP, noCheckTx, 1)).isZero();
            Traffic traffic = new Traffic(link.local(), link.local());

            Traffic.send(link, new Peer(link.local(), 0xC000), 0, 4112);
            assertThat(link.flush()).isZero();

            traffic.await(link, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aBurstOfAWindowOfFullPacketsIsHeldOrTheShortfallIsReported(UdpDriver receiving)
            throws Exception { // spec/rocev2.md 18.88
        try (UdpLink from = Loopback.open(UdpDriver.NIO);
                UdpLink to = Loopback.open(receiving)) {
            Peer peer = new Peer(to.local(), 0xC000);
            int held = to.facts().datagramsHeld(FULL);
            assertThat(to.facts().receiveShortfall().isPresent()).isEqualTo(held < LinkFacts.WINDOW_PACKETS);
            int burst = Math.min(held, LinkFacts.WINDOW_PACKETS);
            for (int i = 0; i < burst; i++) {
                Traffic.send(from, peer, i, FULL);
            }
            assertThat(from.flush()).isZero();

            new Traffic(to.local(), from.local()).await(to, burst);
        }
    }

    @Test
    void aLimitHoldsWithinACoalescedBatchAndLosesNothing() throws Exception {
        try (UdpLink from = Loopback.open(UdpDriver.LINUX);
                UdpLink to = Loopback.open(UdpDriver.LINUX);
                Poller poller = UdpDriver.LINUX.poller()) {
            assumeTrue(from.facts().segmentation() && to.facts().coalescing(), "no UDP_SEGMENT or UDP_GRO");
            poller.add(to);
            while (poller.await(0) != Poller.TIMEOUT) { // what adding left
                assertThat(to.counters().packetsReceived()).isZero();
            }
            for (int i = 0; i < 15; i++) {
                Traffic.send(from, new Peer(to.local(), 0xC000), i, 4112);
            }
            assertThat(from.flush()).isZero();
            Traffic traffic = new Traffic(to.local(), from.local());

            assertThat(poller.await(Poller.FOREVER)).isEqualTo(Poller.READY);
            assertThat(to.receive(traffic, 4, 0)).isEqualTo(4);
            assertThat(poller.await(Poller.FOREVER)).as("11 are in our memory").isEqualTo(Poller.READY);
            assertThat(to.receive(traffic, 10, 0)).isEqualTo(10);
            assertThat(poller.await(Poller.FOREVER)).isEqualTo(Poller.READY);
            assertThat(to.receive(traffic, 10, 0)).isEqualTo(1);
            assertThat(poller.await(0)).isEqualTo(Poller.TIMEOUT);
            assertThat(traffic.received).isEqualTo(15);
        }
    }

    @Test
    void aSinkThatThrowsLosesOnlyItsPacket() throws Exception {
        try (UdpLink from = Loopback.open(UdpDriver.LINUX);
                UdpLink to = Loopback.open(UdpDriver.LINUX)) {
            for (int i = 0; i < 3; i++) {
                Traffic.send(from, new Peer(to.local(), 0xC000), i, 40);
            }
            assertThat(from.flush()).isZero();
            List<Integer> seen = new ArrayList<>();
            int thrown = 0;
            while (seen.size() < 3) {
                try {
                    to.receive(
                            (memory, offset, length, hi, lo, port, now) -> {
                                seen.add(Bth.psn(memory, offset));
                                if (seen.size() == 2) {
                                    throw new IllegalStateException("on purpose");
                                }
                            },
                            100,
                            0);
                } catch (IllegalStateException e) {
                    thrown++;
                }
            }
            assertThat(seen).containsExactly(0, 1, 2);
            assertThat(thrown).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(UdpDriver.class)
    void aClosedLinkSendsAndReceivesNothing(UdpDriver driver) throws Exception {
        UdpLink link = Loopback.open(driver);
        Peer self = new Peer(link.local(), 0xC000);
        Traffic.send(link, self, 0, 40);

        link.close();
        link.close();

        assertThat(link.flush()).isEqualTo(1);
        assertThat(link.counters().sendCalls()).isZero();
        assertThat(link.receive(new Traffic(link.local(), link.local()), 10, 0)).isZero();
    }

    @Test
    void sendingAndReceivingAllocateNothing() throws Exception {
        try (UdpLink from = Loopback.open(UdpDriver.LINUX);
                UdpLink to = Loopback.open(UdpDriver.LINUX);
                Poller poller = UdpDriver.LINUX.poller()) {
            poller.add(to);
            Exchange exchange = new Exchange(from, to, poller);
            assertThat(Garbage.onceCompiled(0, () -> exchange.run(1000)))
                    .as("bytes in 8000 packets")
                    .isNotPositive();
        }
    }

    /** The hot path, written without anything that allocates. */
    private static final class Exchange {
        private final UdpLink from;
        private final UdpLink to;
        private final Poller poller;
        private final Peer peer;
        private final Icrc icrc = new Icrc();
        private final Gid local;
        private final PacketSink sink;
        int good;

        Exchange(UdpLink from, UdpLink to, Poller poller) {
            this.from = from;
            this.to = to;
            this.poller = poller;
            this.peer = new Peer(to.local(), 0xC000);
            this.local = to.local();
            this.sink = (memory, offset, length, hi, lo, port, now) ->
                    good += icrc.verify(memory, offset, length, hi, lo, local, port) != Icrc.BAD ? 1 : 0;
        }

        void run(int rounds) throws Exception {
            for (int round = 0; round < rounds; round++) {
                int target = good + 8;
                for (int i = 0; i < 8; i++) {
                    long offset = from.reserve(peer, 1040);
                    if (offset == Link.NO_ROOM) {
                        throw new AssertionError("no room");
                    }
                    Bth.put(from.transmitMemory(), offset, RoceOpcode.SEND_MIDDLE, false, 0, 17, false, i);
                    from.commit();
                }
                from.flush();
                while (good < target) {
                    poller.await(1_000_000);
                    to.receive(sink, 64, 0);
                }
            }
        }
    }
}
