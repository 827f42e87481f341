package io.rtrs.soft.roce.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.Garbage;
import io.rtrs.soft.roce.link.SimulatedNetwork;
import io.rtrs.soft.roce.rc.QueuePair;
import io.rtrs.soft.roce.wire.Bth;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Ieth;
import io.rtrs.soft.roce.wire.RoceOpcode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Packets that nobody should send come to an endpoint where a connection is in use. */
class BadPacketTest {
    private static final int PATH_MTU = 1024;

    private final Siege siege = new Siege();

    @AfterEach
    void othersAreNotDisturbedAndNothingIsLeft() {
        siege.end();
    }

    /** The least payload that the opcode may have. */
    private static int payload(RoceOpcode code) {
        return switch (code.payload()) {
            case NONE, ANY -> 0;
            case SOME -> 1;
            case FULL -> PATH_MTU;
        };
    }

    @Test
    void aWrongIcrcLeavesNoTrace() { // spec/rocev2.md 18.9
        long before = siege.answers();
        long delivered = siege.count(EndpointCounter.DELIVERED);
        int sent = 0;
        for (RoceOpcode code : RoceOpcode.values()) {
            if (code != RoceOpcode.CONGESTION_NOTIFICATION) {
                byte[] packet = Stranger.packet(code, siege.qpn(), Siege.EXPECTED_PSN, payload(code));
                siege.stranger.sealed(packet, siege.peer);
                packet[packet.length - 1] ^= (byte) 0x80;
                siege.stranger.send(packet, siege.peer, siege.nowNs());
                sent++;
            }
        }
        assertThat(siege.count(EndpointCounter.BAD_ICRC)).isEqualTo(sent);
        assertThat(siege.count(EndpointCounter.DELIVERED)).isEqualTo(delivered);
        assertThat(siege.answers()).isEqualTo(before);
        siege.victimGoesOn();
    }

    @Test
    void aPacketThatIsCutAnywhereIsDropped() { // spec/rocev2.md 18.11
        long before = siege.answers();
        long delivered = siege.count(EndpointCounter.DELIVERED);
        // Not the expected number: of that, one cut has an ICRC that an identification explains, as one in 65,536 has.
        for (RoceOpcode code : RoceOpcode.values()) {
            byte[] packet = Stranger.packet(code, siege.qpn(), Siege.EXPECTED_PSN + 1, payload(code));
            siege.stranger.sealed(packet, siege.peer);
            for (int length = 0; length < packet.length; length++) {
                siege.stranger.send(packet, length, siege.peer, siege.nowNs());
            }
        }
        assertThat(siege.count(EndpointCounter.DELIVERED)).isEqualTo(delivered);
        assertThat(siege.answers()).isEqualTo(before);
        siege.victimGoesOn();
    }

    @Test
    void aDatagramLongerThanAnyPacketIsDropped() { // spec/rocev2.md 18.86
        long before = siege.answers();
        for (int payload : new int[] {RoceOpcode.MAX_PAYLOAD + 4, RoceOpcode.MAX_LOOPBACK_PAYLOAD, 9000, 65_000}) {
            byte[] packet = Stranger.packet(RoceOpcode.SEND_ONLY, siege.qpn(), Siege.EXPECTED_PSN, payload);
            siege.stranger.send(siege.stranger.sealed(packet, siege.peer), siege.peer, siege.nowNs());
        }
        assertThat(siege.count(EndpointCounter.MALFORMED)).isEqualTo(4);
        assertThat(siege.answers()).isEqualTo(before);
        siege.victimGoesOn();
    }

    @Test
    void onLoopbackAPacketMayBeLongerThanOnANetwork() {
        SimulatedNetwork network = SimulatedNetwork.perfect();
        Gid address = Gid.ofIpv4(0x7F00_0001);
        SimulatedEndpoint endpoint = new SimulatedEndpoint(network, 1, address, RoceOpcode.MAX_LOOPBACK_PAYLOAD);
        Stranger here = new Stranger(endpoint);
        for (int payload : new int[] {RoceOpcode.MAX_LOOPBACK_PAYLOAD, RoceOpcode.MAX_LOOPBACK_PAYLOAD + 4}) {
            byte[] packet = Stranger.packet(RoceOpcode.SEND_ONLY, 0x77_7777, Siege.EXPECTED_PSN, payload);
            here.send(here.sealed(packet, address), address, network.nowNs());
        }
        assertThat(endpoint.endpoint.counters().get(EndpointCounter.UNKNOWN_QUEUE_PAIR))
                .as("understood")
                .isEqualTo(1);
        assertThat(endpoint.endpoint.counters().get(EndpointCounter.MALFORMED)).isEqualTo(1);
    }

    @Test
    void padThatDoesNotFitThePayloadIsDropped() { // spec/rocev2.md 18.2, 18.11
        long before = siege.answers();
        int sent = 0;
        for (int pad = 1; pad <= 3; pad++) {
            byte[] packet = Stranger.packet(RoceOpcode.SEND_ONLY, siege.qpn(), Siege.EXPECTED_PSN, 0);
            packet[1] |= (byte) (pad << 4);
            siege.stranger.send(siege.stranger.sealed(packet, siege.peer), siege.peer, siege.nowNs());
            sent++;
        }
        assertThat(siege.count(EndpointCounter.MALFORMED)).isEqualTo(sent);
        assertThat(siege.answers()).isEqualTo(before);
        siege.victimGoesOn();
    }

    @Test
    void numbersThatNoQueuePairHasAreDropped() { // spec/rocev2.md 18.12
        long before = siege.answers();
        for (RoceOpcode code : RoceOpcode.values()) {
            for (int qpn : new int[] {0, Bth.MULTICAST_QPN, 0x77_7777}) {
                byte[] packet = Stranger.packet(code, qpn, Siege.EXPECTED_PSN, payload(code));
                siege.stranger.send(siege.stranger.sealed(packet, siege.peer), siege.peer, siege.nowNs());
            }
        }
        assertThat(siege.count(EndpointCounter.UNKNOWN_QUEUE_PAIR)).isEqualTo(RoceOpcode.values().length);
        assertThat(siege.count(EndpointCounter.MALFORMED)).isEqualTo(2L * RoceOpcode.values().length);
        assertThat(siege.answers()).isEqualTo(before);
    }

    @Test
    void intactPacketsOfAnotherAddressThanThePeersAreDropped() { // spec/rocev2.md 18.15
        long before = siege.answers();
        int sent = 0;
        for (RoceOpcode code : RoceOpcode.values()) {
            if (code != RoceOpcode.CONGESTION_NOTIFICATION) {
                byte[] packet = Stranger.packet(code, siege.qpn(), Siege.EXPECTED_PSN, payload(code));
                siege.stranger.send(siege.stranger.sealed(packet, Stranger.ADDRESS), Stranger.ADDRESS, siege.nowNs());
                sent++;
            }
        }
        assertThat(siege.count(EndpointCounter.FOREIGN)).isEqualTo(sent);
        assertThat(siege.answers()).isEqualTo(before);
        siege.victimGoesOn();
    }

    @Test
    void unknownOpcodesAndCongestionNotificationsAreCountedAndDropped() { // spec/rocev2.md 18.85, 15
        long before = siege.answers();
        int unknown = 0;
        for (int code = 0; code < 256; code++) {
            if (RoceOpcode.of(code) == null) {
                byte[] packet = Stranger.packet(RoceOpcode.SEND_ONLY, siege.qpn(), Siege.EXPECTED_PSN, 64);
                packet[0] = (byte) code;
                siege.stranger.send(siege.stranger.sealed(packet, siege.peer), siege.peer, siege.nowNs());
                unknown++;
            }
        }
        byte[] notification = Stranger.packet(RoceOpcode.CONGESTION_NOTIFICATION, siege.qpn(), 0, 0);
        siege.stranger.send(siege.stranger.sealed(notification, siege.peer), siege.peer, siege.nowNs());
        assertThat(siege.count(EndpointCounter.MALFORMED)).isEqualTo(unknown);
        assertThat(siege.count(EndpointCounter.CONGESTION)).isEqualTo(1);
        assertThat(siege.answers()).isEqualTo(before);
        siege.victimGoesOn();
    }

    @Test
    void randomBytesAreNotAnsweredAndAllocateNothing() throws Exception { // spec/rocev2.md 18.86
        Random random = new Random(86);
        byte[][] datagrams = new byte[4096][];
        for (int i = 0; i < datagrams.length; i++) {
            datagrams[i] = randomly(random);
        }
        throwAll(datagrams);
        long answers = siege.answers();
        assertThat(Garbage.onceCompiled(datagrams.length, () -> throwAll(datagrams)))
                .as("bytes allocated by %d datagrams", datagrams.length)
                .isLessThanOrEqualTo(datagrams.length);
        assertThat(siege.answers()).isEqualTo(answers);
        siege.victimGoesOn();
    }

    private void throwAll(byte[][] datagrams) {
        for (byte[] datagram : datagrams) {
            siege.stranger.send(datagram, siege.peer, siege.nowNs());
        }
    }

    /** Random, but often with what the first checks look at. */
    private byte[] randomly(Random random) {
        byte[] bytes = new byte[random.nextInt(1200)];
        random.nextBytes(bytes);
        if (bytes.length >= Bth.SIZE && random.nextInt(4) != 0) {
            RoceOpcode[] codes = RoceOpcode.values();
            RoceOpcode code = codes[random.nextInt(codes.length)];
            int qpn = random.nextBoolean() ? siege.qpn() : Bth.CM_QPN;
            Bth.put(MemorySegment.ofArray(bytes), 0, code, false, 0, qpn, true, random.nextInt());
        }
        return bytes;
    }

    // ---- An intact packet of the peer itself

    /** What a hostile peer may send to its own connection, and what becomes of that. */
    enum Attack {
        NUMBER_FAR_AHEAD(QueuePair.State.RTS),
        NUMBER_FAR_BEHIND(QueuePair.State.RTS),
        NUMBER_HALF_WAY_ROUND(QueuePair.State.RTS),
        UNKNOWN_KEY(QueuePair.State.ERROR),
        OLD_KEY(QueuePair.State.ERROR),
        END_BEYOND_THE_REGION(QueuePair.State.ERROR),
        START_BEFORE_THE_REGION(QueuePair.State.ERROR),
        RANGE_OVER_THE_END_OF_ALL_ADDRESSES(QueuePair.State.ERROR),
        RANGE_THAT_WRAPS_INTO_THE_REGION(QueuePair.State.ERROR),
        LENGTH_OF_FOUR_GIGABYTES(QueuePair.State.ERROR),
        MIDDLE_WITHOUT_A_BEGINNING(QueuePair.State.ERROR),
        PAYLOAD_OVER_THE_PATH_MTU(QueuePair.State.ERROR),
        READ_THAT_WAS_NOT_AGREED_ON(QueuePair.State.ERROR),
        KEY_TO_INVALIDATE_THAT_NOBODY_HAS(QueuePair.State.ERROR),
        ANSWER_THAT_NOBODY_ASKED_FOR(QueuePair.State.RTS),
        ACKNOWLEDGEMENT_OF_THE_UNSENT(QueuePair.State.RTS),
        DATAGRAM_FOR_A_CONNECTED_QUEUE_PAIR(QueuePair.State.RTS);

        final QueuePair.State end;

        Attack(QueuePair.State end) {
            this.end = end;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHostilePeerHarmsNobodyButItself(Attack attack) { // spec/rocev2.md 18.36, 18.41 to 18.47, 18.54, 18.55
        if (attack == Attack.KEY_TO_INVALIDATE_THAT_NOBODY_HAS || attack == Attack.PAYLOAD_OVER_THE_PATH_MTU) {
            World.receive(siege.world.passiveLanes.get(1), 77);
        }
        long before = siege.answers();
        byte[] packet = packet(attack);
        for (int i = 0; i < 100; i++) {
            siege.stranger.send(siege.stranger.sealed(packet.clone(), siege.peer), siege.peer, siege.nowNs());
        }
        assertThat(siege.answers() - before).as("answers to 100 packets").isLessThanOrEqualTo(2);
        assertThat(siege.victim()).isEqualTo(attack.end);
        siege.memoryIsUntouched();
        if (attack.end == QueuePair.State.RTS) {
            siege.victimGoesOn();
        }
    }

    private byte[] packet(Attack attack) {
        int key = siege.region.fixedKey;
        long base = siege.region.base;
        int psn = Siege.EXPECTED_PSN;
        RoceOpcode only = RoceOpcode.WRITE_ONLY;
        return switch (attack) {
            case NUMBER_FAR_AHEAD -> write(only, psn + (1 << 22), 8, base, key, 8);
            case NUMBER_FAR_BEHIND -> write(only, psn - (1 << 22), 8, base, key, 8);
            case NUMBER_HALF_WAY_ROUND -> write(only, psn + (1 << 23), 8, base, key, 8);
            case UNKNOWN_KEY -> write(only, psn, 8, base, key + 0x100, 8);
            case OLD_KEY -> write(only, psn, 8, base, key + 1, 8);
            case END_BEYOND_THE_REGION -> write(only, psn, 8, base + Siege.REGION - 7, key, 8);
            case START_BEFORE_THE_REGION -> write(only, psn, 8, base - 1, key, 8);
            case RANGE_OVER_THE_END_OF_ALL_ADDRESSES -> write(only, psn, 8, -4, key, 8);
            case RANGE_THAT_WRAPS_INTO_THE_REGION ->
                write(RoceOpcode.WRITE_FIRST, psn, PATH_MTU, base - (1L << 32) + 8, key, -1);
            case LENGTH_OF_FOUR_GIGABYTES -> write(RoceOpcode.WRITE_FIRST, psn, PATH_MTU, base, key, -1);
            case MIDDLE_WITHOUT_A_BEGINNING -> Stranger.packet(RoceOpcode.WRITE_MIDDLE, siege.qpn(), psn, PATH_MTU);
            case PAYLOAD_OVER_THE_PATH_MTU -> Stranger.packet(RoceOpcode.SEND_ONLY, siege.qpn(), psn, 2 * PATH_MTU);
            case READ_THAT_WAS_NOT_AGREED_ON -> write(RoceOpcode.READ_REQUEST, psn, 0, base, key, 8);
            case KEY_TO_INVALIDATE_THAT_NOBODY_HAS -> invalidate(psn);
            case ANSWER_THAT_NOBODY_ASKED_FOR ->
                Stranger.packet(RoceOpcode.READ_RESPONSE_ONLY, siege.qpn(), 0x12_3456, 8);
            case ACKNOWLEDGEMENT_OF_THE_UNSENT -> Stranger.packet(RoceOpcode.ACKNOWLEDGE, siege.qpn(), 0x12_3456, 0);
            case DATAGRAM_FOR_A_CONNECTED_QUEUE_PAIR -> Stranger.packet(RoceOpcode.UD_SEND_ONLY, siege.qpn(), psn, 256);
        };
    }

    private byte[] write(RoceOpcode code, int psn, int payload, long address, int key, int length) {
        return Stranger.packet(code, siege.qpn(), psn, payload, address, key, length);
    }

    private byte[] invalidate(int psn) {
        byte[] packet = Stranger.packet(RoceOpcode.SEND_ONLY_INVALIDATE, siege.qpn(), psn, 0);
        Ieth.put(MemorySegment.ofArray(packet), RoceOpcode.SEND_ONLY_INVALIDATE.iethOffset(), 0x1234_5678);
        return packet;
    }
}
