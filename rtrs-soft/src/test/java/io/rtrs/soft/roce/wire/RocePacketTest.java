package io.rtrs.soft.roce.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;

/** What is refused before anything else looks at a packet. */
class RocePacketTest {
    private final byte[] bytes = new byte[8192];
    private final MemorySegment memory = MemorySegment.ofArray(bytes);
    private final RocePacket packet = new RocePacket();

    @ParameterizedTest
    @EnumSource
    void a_packet_shorter_than_headers_pad_and_icrc_is_refused(RoceOpcode opcode) {
        // spec/rocev2.md 18.11
        put(opcode, 0);
        int shortest = opcode.packetLength(0);
        for (int length = 0; length < shortest; length++) {
            assertThat(packet.wrap(memory, 0, length)).as("%d bytes", length).isEqualTo(RocePacket.TOO_SHORT);
        }
        boolean notice = opcode == RoceOpcode.CONGESTION_NOTIFICATION;
        assertThat(packet.wrap(memory, 0, shortest)).isEqualTo(notice ? RocePacket.CONGESTION : RocePacket.OK);
    }

    @Test
    void pad_counts_as_length() {
        // spec/rocev2.md 18.11
        Bth.put(memory, 0, RoceOpcode.SEND_ONLY, false, 1, 17, false, 0);
        assertThat(packet.wrap(memory, 0, 16)).isEqualTo(RocePacket.TOO_SHORT);
        assertThat(packet.wrap(memory, 0, 18)).isEqualTo(RocePacket.TOO_SHORT);
        assertThat(packet.wrap(memory, 0, 20)).isEqualTo(RocePacket.OK);
        assertThat(packet.payloadLength()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xFF_FFFF})
    void queue_pairs_zero_and_multicast_are_refused(int qpn) {
        // spec/rocev2.md 18.12
        Bth.put(memory, 0, RoceOpcode.SEND_ONLY, false, 0, qpn, false, 0);
        assertThat(packet.wrap(memory, 0, 16)).isEqualTo(RocePacket.BAD_QPN);
    }

    @Test
    void every_transport_version_but_zero_is_refused() {
        // spec/rocev2.md 18.13
        put(RoceOpcode.SEND_ONLY, 0);
        for (int version = 0; version < 16; version++) {
            bytes[1] = (byte) version;
            assertThat(packet.wrap(memory, 0, 16)).isEqualTo(version == 0 ? RocePacket.OK : RocePacket.BAD_VERSION);
        }
    }

    @Test
    void both_members_of_the_default_partition_are_heard_and_no_other() {
        // spec/rocev2.md 18.13
        put(RoceOpcode.SEND_ONLY, 0);
        for (int pkey = 0; pkey <= 0xFFFF; pkey++) {
            Layouts.put16(memory, 2, pkey);
            boolean ours = pkey == 0xFFFF || pkey == 0x7FFF;
            assertThat(packet.wrap(memory, 0, 16)).isEqualTo(ours ? RocePacket.OK : RocePacket.BAD_PKEY);
        }
    }

    @Test
    void migration_congestion_and_reserved_bits_do_not_matter() {
        // spec/rocev2.md 18.14
        put(RoceOpcode.SEND_ONLY, 4);
        bytes[1] |= 0x40;
        bytes[4] = (byte) 0xFF;
        bytes[8] |= 0x7F;
        assertThat(packet.wrap(memory, 0, 20)).isEqualTo(RocePacket.OK);
        assertThat(packet.destQp()).isEqualTo(17);
        assertThat(packet.ackReq()).isFalse();
        assertThat(packet.solicited()).isFalse();
        assertThat(packet.psn()).isEqualTo(0x123456);
    }

    @Test
    void of_256_opcodes_the_known_ones_are_heard() {
        // spec/rocev2.md 18.85
        put(RoceOpcode.SEND_ONLY, 0);
        for (int code = 0; code < 256; code++) {
            bytes[0] = (byte) code;
            RoceOpcode known = RoceOpcode.of(code);
            int outcome = packet.wrap(memory, 0, known == null ? 16 : known.packetLength(0));
            if (known == null) {
                assertThat(outcome).as("opcode %x", code).isEqualTo(RocePacket.UNKNOWN_OPCODE);
            } else if (known == RoceOpcode.CONGESTION_NOTIFICATION) {
                assertThat(outcome).isEqualTo(RocePacket.CONGESTION);
            } else {
                assertThat(outcome).isEqualTo(RocePacket.OK);
                assertThat(packet.opcode()).isSameAs(known);
            }
        }
    }

    @Test
    void the_unknown_opcode_is_refused_before_anything_else_is_read() {
        bytes[0] = 0x1F;
        bytes[1] = (byte) 0xFF;
        assertThat(packet.wrap(memory, 0, 16)).isEqualTo(RocePacket.UNKNOWN_OPCODE);
    }

    @Test
    void a_payload_where_none_belongs_is_refused() {
        put(RoceOpcode.ACKNOWLEDGE, 0);
        assertThat(packet.wrap(memory, 0, 20)).isEqualTo(RocePacket.OK);
        assertThat(packet.wrap(memory, 0, 24)).isEqualTo(RocePacket.BAD_LENGTH);
        put(RoceOpcode.READ_REQUEST, 0);
        assertThat(packet.wrap(memory, 0, 36)).isEqualTo(RocePacket.BAD_LENGTH);
    }

    @Test
    void a_length_that_is_no_multiple_of_four_is_refused() {
        // spec/rocev2.md 18.2
        put(RoceOpcode.SEND_ONLY, 0);
        for (int length = 17; length < 20; length++) {
            assertThat(packet.wrap(memory, 0, length)).isEqualTo(RocePacket.BAD_LENGTH);
        }
    }

    @Test
    void no_payload_is_larger_than_the_largest_path_mtu() {
        put(RoceOpcode.SEND_MIDDLE, 4096);
        assertThat(packet.wrap(memory, 0, 12 + 4096 + 4)).isEqualTo(RocePacket.OK);
        assertThat(packet.wrap(memory, 0, 12 + 4100 + 4)).isEqualTo(RocePacket.BAD_LENGTH);
    }

    @Test
    void on_loopback_a_payload_may_be_twice_as_large() {
        RocePacket onLoopback = new RocePacket(RoceOpcode.MAX_LOOPBACK_PAYLOAD);
        put(RoceOpcode.SEND_MIDDLE, 8192);
        assertThat(onLoopback.wrap(memory, 0, 12 + 8192 + 4)).isEqualTo(RocePacket.OK);
        assertThat(onLoopback.wrap(memory, 0, 12 + 8196 + 4)).isEqualTo(RocePacket.BAD_LENGTH);
        assertThat(PacketText.of(memory, 0, 12 + 8192 + 4)).contains("payload=8192");
    }

    @ParameterizedTest
    @EnumSource
    void a_header_that_the_opcode_has_not_cannot_be_read(RoceOpcode opcode) {
        put(opcode, 0);
        if (packet.wrap(memory, 0, opcode.packetLength(0)) == RocePacket.OK) {
            refuses(opcode.immOffset(), packet::immediate);
            refuses(opcode.iethOffset(), packet::invalidateKey);
            refuses(opcode.aethOffset(), packet::syndrome);
            refuses(opcode.dethOffset(), packet::sourceQp);
            refuses(opcode.rethOffset(), packet::dmaLength);
            refuses(opcode.atomicOffset(), packet::compare);
            refuses(opcode.atomicAckOffset(), packet::originalValue);
        }
    }

    @Property(tries = 2000)
    void arbitrary_bytes_are_wrapped_or_refused_and_nothing_outside_is_read(
            @ForAll @Size(max = 80) byte[] content, @ForAll @IntRange(max = 31) int code) {
        // spec/rocev2.md 18.86
        if (content.length >= 4) {
            content[0] = (byte) code; // mostly known
            content[1] &= 0x30;
            content[2] = content[3] = -1;
        }
        int outcome = packet.wrap(MemorySegment.ofArray(content), 0, content.length);
        assertThat(outcome).isBetween(-RocePacket.REFUSALS, RocePacket.OK);
        assertThat(RocePacket.describe(outcome)).isNotEmpty();
        if (outcome == RocePacket.OK) {
            assertThat(packet.payloadLength()).isBetween(0, RoceOpcode.MAX_PAYLOAD);
            long end = packet.payloadOffset() + packet.payloadLength() + Bth.padFor(packet.payloadLength());
            assertThat(end).isEqualTo(content.length - 4);
        }
        assertThat(PacketText.of(MemorySegment.ofArray(content), 0, content.length))
                .isNotEmpty();
    }

    private void refuses(int place, Runnable reading) {
        if (place == RoceOpcode.ABSENT) {
            assertThatThrownBy(reading::run).isInstanceOf(IllegalStateException.class);
        } else {
            reading.run();
        }
    }

    private void put(RoceOpcode opcode, int payload) {
        Bth.put(memory, 0, opcode, false, payload, 17, false, 0x123456);
    }
}
