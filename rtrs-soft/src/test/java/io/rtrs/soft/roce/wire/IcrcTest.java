package io.rtrs.soft.roce.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/** The checksum against worked examples, and against a slow computation over whole IP packets. */
class IcrcTest {
    private static final Gid A = Gid.ofIpv4(0xC0A8_4D01);
    private static final Gid B = Gid.ofIpv4(0xC0A8_4D02);
    private static final Gid A6 = new Gid(0xFD77_0000_0000_0000L, 1);
    private static final Gid B6 = new Gid(0xFD77_0000_0000_0000L, 2);

    private final Icrc icrc = new Icrc();

    @Test
    void the_worked_examples_come_out() {
        // spec/rocev2.md 18.4
        assertThat(sealed("1100ffff00000011002ce1a21f000001", B, A, 0xE57D, 0xB8C3))
                .isEqualTo("236bff1b");
        assertThat(sealed("1100ffff00000012009fc0151f000001", B6, A6, 0xC262, 0))
                .isEqualTo("4d3b1a96");
    }

    @Test
    void the_worked_example_with_pad_comes_out() {
        // spec/rocev2.md 18.4: its addresses are A's and B's, its port and identification those of the frame
        var frame = Captures.read("verbs").get(13);
        String whole = "0530ffff0000001380df9ad4cafe000105121f2c39000000";
        assertThat(sealed(whole, A, B, frame.sourcePort(), frame.identification()))
                .isEqualTo("1007814c");
    }

    @Property(tries = 400)
    void every_packet_has_the_checksum_of_the_slow_computation(
            @ForAll boolean ipv4,
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 1100) int payload,
            @ForAll @IntRange(min = 0, max = 0xFFFF) int port,
            @ForAll @IntRange(min = 0, max = 0xFFFF) int identification) {
        byte[] packet = random(seed, 16 + (payload & ~3));
        MemorySegment memory = MemorySegment.ofArray(packet);
        Gid source = ipv4 ? B : B6;
        Gid destination = ipv4 ? A : A6;
        icrc.seal(memory, 0, packet.length, source, destination, port, identification);
        int id = ipv4 ? identification : 0;
        byte[] ip = SlowIcrc.ipPacket(packet, source, destination, port, id);
        assertThat(memory.get(Layouts.ICRC, packet.length - 4)).isEqualTo(SlowIcrc.of(ip));
        assertThat(icrc.verify(memory, 0, packet.length, source.hi(), source.lo(), destination, port))
                .isEqualTo(id);
    }

    @Test
    void exactly_the_masked_bits_of_a_datagram_do_not_matter() {
        // spec/rocev2.md 18.5; the masks are those of the slow computation, which the property above ties to ours
        for (boolean ipv4 : new boolean[] {true, false}) {
            byte[] packet = random(5, 64);
            byte[] ip = SlowIcrc.ipPacket(packet, ipv4 ? B : B6, ipv4 ? A : A6, 0xC123, ipv4 ? 0x1234 : 0);
            int value = SlowIcrc.of(ip);
            int bth = (ipv4 ? 20 : 40) + 8;
            for (int bit = 0; bit < 8 * (ip.length - 4); bit++) {
                ip[bit / 8] ^= (byte) (0x80 >> (bit % 8));
                boolean free = ipv4 ? freeInIpv4(bit, bth) : freeInIpv6(bit, bth);
                // The version decides which masks are used at all.
                if (bit >= 4) {
                    assertThat(SlowIcrc.of(ip) == value).as("bit %d", bit).isEqualTo(free);
                }
                ip[bit / 8] ^= (byte) (0x80 >> (bit % 8));
            }
        }
    }

    private static boolean freeInIpv4(int bit, int bth) {
        int octet = bit / 8;
        return octet == 1 || octet == 8 || octet == 10 || octet == 11 || freeInAny(octet, bth);
    }

    private static boolean freeInIpv6(int bit, int bth) {
        int octet = bit / 8;
        return (bit >= 4 && bit < 32) || octet == 7 || freeInAny(octet, bth);
    }

    private static boolean freeInAny(int octet, int bth) {
        return octet == bth - 2 || octet == bth - 1 || octet == bth + 4;
    }

    @Test
    void every_bit_of_a_packet_but_the_fifth_byte_is_covered() {
        // spec/rocev2.md 18.5, 18.9
        byte[] packet = random(6, 48);
        MemorySegment memory = MemorySegment.ofArray(packet);
        icrc.seal(memory, 0, 48, A6, B6, 0xC000, 0);
        for (int bit = 0; bit < 8 * 48; bit++) {
            packet[bit / 8] ^= (byte) (1 << (bit % 8));
            boolean good = icrc.verify(memory, 0, 48, A6.hi(), A6.lo(), B6, 0xC000) == 0;
            assertThat(good).as("bit %d", bit).isEqualTo(bit / 8 == 4);
            packet[bit / 8] ^= (byte) (1 << (bit % 8));
        }
    }

    @Test
    void addresses_port_and_length_are_covered() {
        MemorySegment memory = MemorySegment.ofArray(random(7, 64));
        icrc.seal(memory, 0, 60, A, B, 0xC000, 9);
        assertThat(icrc.matches(memory, 0, 60, A, B, 0xC000, 9)).isTrue();
        assertThat(icrc.matches(memory, 0, 60, B, A, 0xC000, 9)).isFalse();
        assertThat(icrc.matches(memory, 0, 60, A, A, 0xC000, 9)).isFalse();
        assertThat(icrc.matches(memory, 0, 60, A, B, 0xC001, 9)).isFalse();
        assertThat(icrc.matches(memory, 0, 60, A, B, 0xC000, 10)).isFalse();
        assertThat(icrc.matches(memory, 0, 64, A, B, 0xC000, 9)).isFalse();
        assertThat(icrc.matches(memory, 0, 15, A, B, 0xC000, 9)).isFalse();
    }

    /** Packets of a sender, in one receive buffer after the other; how many were solved for. */
    private long solvedOf(int buffers, int perBuffer, IntUnaryOperator identification) {
        Icrc receiver = new Icrc();
        int length = 48;
        byte[] bytes = random(11, buffers * (perBuffer * length + 16));
        MemorySegment memory = MemorySegment.ofArray(bytes);
        for (int i = 0; i < buffers * perBuffer; i++) {
            long at = (long) i * length + 16L * (i / perBuffer);
            int id = identification.applyAsInt(i) & 0xFFFF;
            icrc.seal(memory, at, length, A, B, 0xC000, id);
            assertThat(receiver.verify(memory, at, length, A.hi(), A.lo(), B, 0xC000))
                    .as("packet %d", i)
                    .isEqualTo(id);
            bytes[(int) at + 20] ^= 1;
            assertThat(receiver.verify(memory, at, length, A.hi(), A.lo(), B, 0xC000))
                    .as("packet %d damaged", i)
                    .isEqualTo(Icrc.BAD);
        }
        return receiver.solved() - (long) buffers * perBuffer; // the damaged ones
    }

    @Test
    void identifications_that_follow_a_pattern_are_guessed() { // spec/rocev2.md 2.4, 2.5
        assertThat(solvedOf(20, 15, i -> i % 15)).as("segmented sends").isZero();
        assertThat(solvedOf(20, 1, i -> 0)).as("single sends").isZero();
        assertThat(solvedOf(20, 15, i -> 0)).as("single sends, put together").isEqualTo(1);
        assertThat(solvedOf(20, 15, i -> 0xFF80 + i)).as("a counter that wraps").isLessThanOrEqualTo(2);
        assertThat(solvedOf(20, 1, i -> 7 + i))
                .as("a counter, packet by packet")
                .isLessThanOrEqualTo(2);
    }

    @Test
    void identifications_without_a_pattern_are_found_too() {
        Random random = new Random(43);
        int[] ids = random.ints(300, 0, 0x1_0000).toArray();
        assertThat(solvedOf(20, 15, i -> ids[i])).isGreaterThan(290);
    }

    @Test
    void random_corruption_passes_at_most_once_in_65536() {
        // spec/rocev2.md 18.10: eight are expected in so many, and twenty or more once in 4000 seeds; this is one seed
        Random random = new Random(42);
        byte[] packet = random(8, 64);
        MemorySegment memory = MemorySegment.ofArray(packet);
        int passed = 0;
        for (int i = 0; i < 8 << 16; i++) {
            random.nextBytes(packet);
            if (icrc.verify(memory, 0, 64, A.hi(), A.lo(), B, 0xC000) != Icrc.BAD) {
                passed++;
            }
        }
        assertThat(passed).isBetween(1, 20);
    }

    @Test
    void a_sender_that_allows_fragmentation_is_heard_only_where_that_is_asked_for() {
        byte[] packet = random(9, 32);
        byte[] ip = SlowIcrc.ipPacket(packet, A, B, 0xC000, 0xBEEF);
        ip[6] = 0;
        MemorySegment memory = MemorySegment.ofArray(packet);
        memory.set(Layouts.ICRC, 28, SlowIcrc.of(ip));
        assertThat(icrc.verify(memory, 0, 32, A.hi(), A.lo(), B, 0xC000)).isEqualTo(Icrc.BAD);
        assertThat(new Icrc(true).verify(memory, 0, 32, A.hi(), A.lo(), B, 0xC000))
                .isEqualTo(0xBEEF);
    }

    @Test
    void what_can_be_no_packet_is_bad() {
        MemorySegment memory = MemorySegment.ofArray(new byte[9000]);
        for (int length : new int[] {0, 1, 15, RoceOpcode.MAX_PACKET + 1, 9000}) {
            assertThat(icrc.verify(memory, 0, length, A.hi(), A.lo(), B, 0)).isEqualTo(Icrc.BAD);
        }
        assertThat(icrc.verify(memory, 0, 100, A6.hi(), A6.lo(), B, 0)).isEqualTo(Icrc.BAD);
    }

    @Test
    void native_and_heap_memory_at_any_offset_give_the_same_checksum() {
        byte[] packet = random(10, 1040);
        icrc.seal(MemorySegment.ofArray(packet), 0, 1040, A, B, 0xC000, 3);
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < 20; i++) { // more segments than are remembered
                MemorySegment memory = arena.allocate(2000);
                MemorySegment.copy(MemorySegment.ofArray(packet), 0, memory, 13L * i, 1040);
                assertThat(icrc.verify(memory, 13L * i, 1040, A.hi(), A.lo(), B, 0xC000))
                        .isEqualTo(3);
            }
        }
    }

    private String sealed(String hex, Gid source, Gid destination, int port, int identification) {
        byte[] packet = HexFormat.of().parseHex(hex + "00000000");
        icrc.seal(MemorySegment.ofArray(packet), 0, packet.length, source, destination, port, identification);
        return HexFormat.of().formatHex(packet, packet.length - 4, packet.length);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
