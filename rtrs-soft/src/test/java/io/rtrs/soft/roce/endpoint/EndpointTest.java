package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.link.FaultRates;
import io.rtrs.soft.roce.link.Peer;
import io.rtrs.soft.roce.link.ReturnedPacket;
import io.rtrs.soft.roce.link.SimulatedLink;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Psn;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;

class EndpointTest {
    @Test
    void twoEndpointsConnectAndExchangeAMessage() { // spec/rocev2.md 18.65, 18.67
        World world = World.perfect();
        world.connect();
        World.receive(world.passiveLanes.get(0), 1);
        World.send(world.activeLanes.get(0), 2);
        world.until(() -> !world.active.done.isEmpty());
        assertThat(world.passive.done).containsExactly("receive 1 status 0");
        assertThat(world.active.done).containsExactly("send 2 status 0");
        assertThat(world.passive.endpoint.counters().get(EndpointCounter.BAD_ICRC))
                .isZero();
    }

    @Test
    void aPortWithoutListenerRejects() { // spec/rocev2.md 18.71
        World world = World.perfect();
        Lane lane = world.passive.open();
        world.passive.connect(world.active, lane, world.network.nowNs());
        world.until(() -> !world.passive.heard.isEmpty());
        assertThat(world.passive.heard).containsExactly("rejected 8");
    }

    /** How a report quotes what it is about. */
    enum Quote {
        RIGHT,
        ANOTHER_QUEUE_PAIR,
        ACKNOWLEDGED,
        NEVER_SENT,
        NONE;

        @Nullable
        ReturnedPacket of(ReturnedPacket sent) {
            return switch (this) {
                case RIGHT -> sent;
                case ANOTHER_QUEUE_PAIR -> new ReturnedPacket(sent.destQp() ^ 1, sent.psn());
                case ACKNOWLEDGED -> new ReturnedPacket(sent.destQp(), Psn.add(sent.psn(), -1));
                case NEVER_SENT -> new ReturnedPacket(sent.destQp(), Psn.add(sent.psn(), 1));
                case NONE -> null;
            };
        }
    }

    /** Anyone can say that a port is refused; what was under way to it only who sees the wire. */
    @ParameterizedTest
    @CsvSource({
        "4791, RIGHT, 12",
        "4792, RIGHT, 0",
        "4791, ANOTHER_QUEUE_PAIR, 0",
        "4791, ACKNOWLEDGED, 0",
        "4791, NEVER_SENT, 0",
        "4791, NONE, 0"
    })
    void whatIsUnderWayToARefusedPortFailsSoon(int refusedPort, Quote quote, int status) {
        World world = World.lending();
        world.connect();
        boolean[] deaf = {true};
        ReturnedPacket[] sent = new ReturnedPacket[1];
        Gid own = world.passive.link.local();
        Gid peer = world.active.link.local();
        world.network.filter((source, destination, memory, offset, length) -> {
            if (source.equals(own) && Bth.destQp(memory, offset) != Bth.CM_QPN) {
                sent[0] = new ReturnedPacket(Bth.destQp(memory, offset), Bth.psn(memory, offset));
            }
            return !deaf[0];
        });
        LendingLink link = (LendingLink) world.passive.endpoint.link();
        link.failures = sink -> {
            if (sent[0] != null) {
                sink.onUnreachable(
                        peer, refusedPort, Errno.ECONNREFUSED, true, quote.of(sent[0]), world.network.nowNs());
            }
        };
        World.receive(world.activeLanes.get(0), 1);
        World.send(world.passiveLanes.get(0), 2);
        long start = world.network.nowNs();
        world.until(() -> {
            deaf[0] = world.network.nowNs() - start < 2_000_000_000;
            return !world.passive.done.isEmpty();
        });
        assertThat(world.passive.done).contains("send 2 status " + status);
    }

    /** Whoever drives has the queue pairs of others as well. */
    @Test
    void aQueuePairWhoseTurnThrowsFailsAloneAndStaysInTurn() {
        World world = World.perfect();
        world.connect();
        world.connect();
        World.receive(world.passiveLanes.get(0), 1);
        World.receive(world.passiveLanes.get(1), 1);
        World.send(world.activeLanes.get(0), 2);
        World.send(world.activeLanes.get(0), 3); // no receive waits for it
        World.send(world.activeLanes.get(1), 4);
        world.active.whenDone = () -> {
            if (world.active.done.getLast().startsWith("send 2")) {
                throw new IllegalStateException("thrown once");
            }
        };
        world.until(() -> world.active.done.size() == 3);
        assertThat(world.active.heard).contains("fault thrown once");
        assertThat(world.active.done)
                .containsExactlyInAnyOrder("send 2 status 0", "send 3 status 5", "send 4 status 0");
        assertThat(world.activeLanes.get(1).queuePair().state()).isEqualTo(QueuePair.State.RTS);
    }

    @Test
    void damagedPacketsAreCountedAndLeaveNoTrace() { // spec/rocev2.md 18.9
        World world = World.perfect();
        world.connect();
        boolean[] damage = {true};
        world.network.filter((source, destination, memory, offset, length) -> {
            if (damage[0] && source.equals(world.active.link.local())) {
                damage[0] = false;
                flip(memory, offset + length - 1);
            }
            return true;
        });
        World.receive(world.passiveLanes.get(0), 1);
        World.send(world.activeLanes.get(0), 2);
        world.until(() -> world.passive.endpoint.counters().get(EndpointCounter.BAD_ICRC) == 1);
        assertThat(world.passive.done).isEmpty();
        world.until(() -> !world.active.done.isEmpty()); // its timer
        assertThat(world.active.done).containsExactly("send 2 status 0");
    }

    @Test
    void aPacketFromAnotherAddressThanThePeersIsDropped() { // spec/rocev2.md 18.15
        World world = World.perfect();
        world.connect();
        SimulatedEndpoint stranger = new SimulatedEndpoint(world.network, 3);
        Peer target = new Peer(world.passive.link.local(), 0xC000);
        long at = stranger.link.reserve(target, Bth.SIZE + RoceOpcode.ICRC_SIZE);
        Bth.put(
                stranger.link.transmitMemory(),
                at,
                RoceOpcode.SEND_ONLY,
                false,
                0,
                world.passiveLanes.get(0).number(),
                true,
                0x654321);
        stranger.link.commit();
        stranger.link.flush();
        world.settle();
        assertThat(world.passive.endpoint.counters().get(EndpointCounter.FOREIGN))
                .isEqualTo(1);
        assertThat(world.passive.done).isEmpty();
    }

    @Test
    void aPacketForAQueuePairThatIsNotConnectedIsDropped() { // spec/rocev2.md 18.12
        World world = World.perfect();
        Lane lane = world.passive.open();
        Peer target = new Peer(world.passive.link.local(), 0xC000);
        for (int number : new int[] {lane.number(), 0x77_7777}) {
            long at = world.active.link.reserve(target, Bth.SIZE + RoceOpcode.ICRC_SIZE);
            Bth.put(world.active.link.transmitMemory(), at, RoceOpcode.SEND_ONLY, false, 0, number, true, 0);
            world.active.link.commit();
        }
        world.active.link.flush();
        world.settle();
        assertThat(world.passive.endpoint.counters().get(EndpointCounter.UNKNOWN_QUEUE_PAIR))
                .isEqualTo(2);
    }

    @Test
    void randomBytesNeverThrowAndAreNeverAnswered() { // spec/rocev2.md 18.86
        SimulatedEndpoint here = new SimulatedEndpoint(1);
        here.open();
        Random random = new Random(86);
        MemorySegment memory = MemorySegment.ofArray(new byte[4400]);
        Gid source = Gid.ofIpv4(0x0A00_0002);
        for (int i = 0; i < 50_000; i++) {
            int length = random.nextInt(400);
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            if (length > 7 && random.nextBoolean()) {
                bytes[1] &= (byte) 0xF0; // past the first checks
                bytes[2] = -1;
                bytes[3] = -1;
                bytes[5] = 0;
                bytes[6] = 0;
                bytes[7] = 1;
            }
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, length);
            here.endpoint.onPacket(memory, 0, length, source.hi(), source.lo(), 4791, i);
        }
        here.endpoint.poll(1000, 50_000);
        assertThat(here.endpoint.counters().get(EndpointCounter.RECEIVED)).isEqualTo(50_000);
        assertThat(here.endpoint.counters().get(EndpointCounter.NO_MAD)).isPositive();
        assertThat(here.endpoint.hasWork()).isFalse();
        assertThat(here.heard).isEmpty();
    }

    @Test
    void aBusyQueuePairLeavesOthersTheirTurn() {
        World world = World.perfect();
        world.connect();
        world.connect();
        for (int i = 0; i < SimulatedEndpoint.DEPTH; i++) {
            World.receive(world.passiveLanes.get(0), i);
            World.send(world.activeLanes.get(0), i);
        }
        World.receive(world.passiveLanes.get(1), 1000);
        World.send(world.activeLanes.get(1), 2000);
        int turn = EndpointTuning.DEFAULT.turn();
        assertThat(world.active.endpoint.poll(turn + 1, world.network.nowNs())).isEqualTo(turn + 1);
        world.until(() -> world.passive.done.contains("receive 1000 status 0"));
        assertThat(world.passive.done.indexOf("receive 1000 status 0")).isEqualTo(turn);
    }

    /** One call sends packets of one length and then a shorter one; an ACK between two requests would end it (16.2). */
    @Test
    void acknowledgementsFollowTheRequestsOfAllQueuePairs() {
        World world = World.perfect();
        for (int i = 0; i < 3; i++) {
            world.connect();
        }
        for (int i = 0; i < 3; i++) {
            World.receive(world.passiveLanes.get(i), i);
            World.send(world.activeLanes.get(i), i);
            World.receive(world.activeLanes.get(i), i);
        }
        world.active.endpoint.poll(64, world.network.nowNs());
        while (world.passive.done.size() < 3) {
            if (world.passive.endpoint.receive(64, world.network.nowNs()) == 0) {
                world.network.advanceTo(world.network.nextArrivalNs());
            }
        }
        world.passiveLanes.forEach(lane -> World.send(lane, 9));
        List<RoceOpcode> sent = new ArrayList<>();
        world.network.filter((source, destination, memory, offset, length) -> {
            RoceOpcode code = RoceOpcode.of(memory.get(ValueLayout.JAVA_BYTE, offset) & 0xFF);
            sent.add(Objects.requireNonNull(code));
            return true;
        });

        world.passive.endpoint.poll(64, world.network.nowNs());

        assertThat(sent)
                .containsExactly(
                        RoceOpcode.SEND_ONLY,
                        RoceOpcode.SEND_ONLY,
                        RoceOpcode.SEND_ONLY,
                        RoceOpcode.ACKNOWLEDGE,
                        RoceOpcode.ACKNOWLEDGE,
                        RoceOpcode.ACKNOWLEDGE);
        world.network.filter((source, destination, memory, offset, length) -> true);
        world.until(() -> world.active.done.size() == 6 && world.passive.done.size() == 6);
    }

    /** Three queue pairs of the passive side that owe an ACK each. */
    private static World owing() {
        World world = World.lending();
        for (int i = 0; i < 3; i++) {
            world.connect();
        }
        for (int i = 0; i < 3; i++) {
            World.receive(world.passiveLanes.get(i), i);
            World.send(world.activeLanes.get(i), i);
        }
        world.active.endpoint.poll(64, world.network.nowNs());
        while (world.passive.done.size() < 3) {
            if (world.passive.endpoint.receive(64, world.network.nowNs()) == 0) {
                world.network.advanceTo(world.network.nextArrivalNs());
            }
        }
        return world;
    }

    @Test
    void aQueuePairWhoseAcknowledgementThrowsFailsAloneAndSaysItNext() {
        World world = owing();
        LendingLink link = (LendingLink) world.passive.endpoint.link();
        boolean[] thrown = {false};
        link.reserving = number -> {
            if (!thrown[0]) {
                thrown[0] = true;
                throw new IllegalStateException("thrown once");
            }
        };
        assertThat(world.passive.endpoint.poll(64, world.network.nowNs())).isEqualTo(3);
        assertThat(world.passive.heard).contains("fault thrown once");
        assertThat(world.passiveLanes)
                .filteredOn(lane -> lane.queuePair().state() == QueuePair.State.ERROR)
                .hasSize(1);
        world.until(() -> world.active.done.size() == 3);
        assertThat(world.active.done).allMatch(line -> line.endsWith("status 0"));
    }

    /** Or whoever drives would do nothing else any more. */
    @Test
    void aQueuePairThatThrowsAgainAndAgainHasNoTurnForEver() {
        World world = owing();
        LendingLink link = (LendingLink) world.passive.endpoint.link();
        link.reserving = number -> {
            throw new IllegalStateException("thrown always");
        };
        for (int i = 0; i < 10; i++) {
            world.passive.endpoint.poll(64, world.network.nowNs());
        }
        assertThat(world.passive.endpoint.hasWork()).isFalse();
        assertThat(Collections.frequency(world.passive.heard, "fault thrown always"))
                .as("in its first turn, and in the next one")
                .isEqualTo(2 * 3);
        World.receive(world.passiveLanes.get(0), 9);
        world.passiveLanes.get(0).ring();
        for (int i = 0; i < 10; i++) {
            world.passive.endpoint.poll(64, world.network.nowNs());
        }
        assertThat(world.passive.done).contains("receive 9 status 5");
        assertThat(world.passive.endpoint.hasWork()).isFalse();
    }

    @Test
    void whatIsLeftWhenTheFailureItselfThrowsIsToldInTheNextTurns() {
        World world = World.perfect();
        world.connect();
        World.receive(world.passiveLanes.get(0), 1);
        for (int i = 2; i < 6; i++) {
            World.send(world.activeLanes.get(0), i); // a receive waits for the first
        }
        world.active.whenDone = () -> {
            throw new IllegalStateException("thrown always");
        };
        world.until(() -> world.active.done.size() == 4);
        world.settle();
        assertThat(world.active.done)
                .containsExactly("send 2 status 0", "send 3 status 5", "send 4 status 5", "send 5 status 5");
        assertThat(world.active.heard).contains("fault thrown always");
    }

    @Test
    void aFullSocketIsAskedOnceAndNotForEachThatOwesAnAcknowledgement() {
        World world = owing();
        LendingLink link = (LendingLink) world.passive.endpoint.link();
        Peer nobody = new Peer(Gid.ofIpv4(0x0A00_0009), 0xC000);
        world.passive.link.acceptPerFlush(0);
        for (int i = 0; i < SimulatedLink.TRANSMIT_SLOTS; i++) {
            long at = link.reserve(nobody, Bth.SIZE + RoceOpcode.ICRC_SIZE);
            Bth.put(link.transmitMemory(), at, RoceOpcode.SEND_ONLY, false, 0, 1, true, 0);
            link.commit();
        }
        int[] asked = {0};
        link.reserving = number -> asked[0]++;
        world.passive.endpoint.poll(64, world.network.nowNs());
        assertThat(world.passive.endpoint.isFull()).isTrue();
        assertThat(asked[0]).as("before its flush, and after it").isEqualTo(2);
        world.passive.link.acceptPerFlush(Integer.MAX_VALUE);
        assertThat(world.passive.endpoint.poll(64, world.network.nowNs())).isEqualTo(3);
        world.until(() -> world.active.done.size() == 3);
    }

    @Test
    void aFullSocketStopsThePollAndNothingIsLost() {
        World world = World.perfect();
        world.connect();
        world.active.link.acceptPerFlush(0);
        for (int i = 0; i < SimulatedEndpoint.DEPTH; i++) {
            World.receive(world.passiveLanes.get(0), i);
            World.send(world.activeLanes.get(0), i);
        }
        world.active.endpoint.poll(1000, world.network.nowNs());
        assertThat(world.active.endpoint.isFull()).isTrue();
        world.active.link.acceptPerFlush(Integer.MAX_VALUE);
        world.until(() -> world.active.done.size() == SimulatedEndpoint.DEPTH);
        assertThat(world.passive.done).hasSize(SimulatedEndpoint.DEPTH).allMatch(line -> line.endsWith("status 0"));
    }

    @Test
    void aNumberIsTakenUntilNoLatePacketCanCome() { // spec/rocev2.md 13.8
        World world = World.perfect();
        world.connect();
        Lane lane = world.activeLanes.get(0);
        world.active.endpoint.close(lane);
        world.active.endpoint.connections().destroy(world.active.connection, world.network.nowNs());
        assertThat(world.active.numbers.taken()).isEqualTo(1);
        world.until(() -> world.passive.heard.contains("disconnected 0"));
        world.passive.endpoint.connections().disconnect(world.passive.connection, world.network.nowNs());
        world.until(() -> world.active.endpoint.connections().connections() == 0);
        assertThat(world.active.numbers.taken()).isZero();
        assertThat(world.active.endpoint.queuePairs()).isZero();
    }

    @Test
    void aQueuePairThatNobodyHeardOfGivesItsNumberBackAtOnce() {
        SimulatedEndpoint here = new SimulatedEndpoint(1);
        here.endpoint.close(here.open());
        assertThat(here.numbers.taken()).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everythingArrivesOnceAndInOrderOverABadNetwork(long seed) { // spec/rocev2.md 18.87
        World world = new World(new FaultRates(0.02, 0.02, 0.02, 0.005, 0.02, 100_000), seed);
        world.connect();
        for (int i = 0; i < SimulatedEndpoint.DEPTH; i++) {
            World.receive(world.passiveLanes.get(0), i);
            World.send(world.activeLanes.get(0), i);
        }
        world.until(() -> world.active.done.size() == SimulatedEndpoint.DEPTH);
        for (int i = 0; i < SimulatedEndpoint.DEPTH; i++) {
            assertThat(world.active.done.get(i)).isEqualTo("send " + i + " status 0");
            assertThat(world.passive.done.get(i)).isEqualTo("receive " + i + " status 0");
        }
    }

    private static void flip(MemorySegment memory, long at) {
        memory.set(ValueLayout.JAVA_BYTE, at, (byte) ~memory.get(ValueLayout.JAVA_BYTE, at));
    }
}
