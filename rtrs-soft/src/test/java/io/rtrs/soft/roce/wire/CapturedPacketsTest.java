package io.rtrs.soft.roce.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.soft.roce.link.PcapReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Every packet of every capture: real kernels and adapters agree with our idea of the wire. */
class CapturedPacketsTest {
    static final List<String> NAMES = Captures.NAMES;

    private final Icrc icrc = new Icrc();
    private final RocePacket parsed = new RocePacket();

    @Test
    void no_capture_is_forgotten() {
        assertThat(NAMES.stream().mapToInt(name -> Captures.read(name).size()).sum())
                .isEqualTo(1861);
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void the_icrc_of_every_packet_is_reproduced(String name) {
        // spec/rocev2.md 18.3
        for (PcapReader.Packet packet : Captures.read(name)) {
            MemorySegment again = MemorySegment.ofArray(bytes(packet));
            again.set(Layouts.ICRC, again.byteSize() - 4, 0x5A5A_5A5A);
            icrc.seal(
                    again,
                    0,
                    packet.length(),
                    packet.source(),
                    packet.destination(),
                    packet.sourcePort(),
                    packet.identification());
            assertThat(again.toArray(Layouts.U8)).as("frame %d", packet.frame()).isEqualTo(bytes(packet));
            assertThat(icrc.matches(
                            packet.ip(),
                            packet.offset(),
                            packet.length(),
                            packet.source(),
                            packet.destination(),
                            packet.sourcePort(),
                            packet.identification()))
                    .as("frame %d", packet.frame())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void the_identification_that_a_socket_does_not_tell_is_found_in_every_packet(String name) {
        // spec/rocev2.md 18.10; over IPv6 there is none
        for (PcapReader.Packet packet : Captures.read(name)) {
            assertThat(verify(packet, packet.ip()))
                    .as("frame %d", packet.frame())
                    .isEqualTo(packet.identification());
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void every_packet_with_one_bit_flipped_is_found_bad(String name) {
        // spec/rocev2.md 18.9
        for (PcapReader.Packet packet : Captures.read(name)) {
            byte[] whole = packet.ip().toArray(Layouts.U8);
            int bit = (packet.frame() * 7919) % (8 * packet.length());
            boolean covered = bit / 8 != 4; // FECN, BECN and reserved bits are not
            whole[packet.offset() + bit / 8] ^= (byte) (1 << (bit % 8));
            int found = verify(packet, MemorySegment.ofArray(whole));
            assertThat(found)
                    .as("frame %d, bit %d", packet.frame(), bit)
                    .isEqualTo(covered ? Icrc.BAD : packet.identification());
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void every_packet_survives_decoding_and_encoding_over_dirty_memory(String name) {
        List<Integer> different = new ArrayList<>();
        List<Integer> refused = new ArrayList<>();
        for (PcapReader.Packet packet : Captures.read(name)) {
            int outcome = parsed.wrap(packet.ip(), packet.offset(), packet.length());
            if (outcome != RocePacket.OK) {
                assertThat(outcome).isEqualTo(RocePacket.UNKNOWN_OPCODE);
                refused.add(packet.frame());
            } else if (!Arrays.equals(encode(parsed, packet), bytes(packet))) {
                different.add(packet.frame());
            }
        }
        // The prober's packets with FECN and BECN, with MigReq, with another P_Key; with an opcode that is none.
        boolean edge = name.equals("edge");
        assertThat(different).isEqualTo(edge ? List.of(26, 28, 30) : List.of());
        assertThat(refused).isEqualTo(edge ? List.of(136) : List.of());
    }

    private int verify(PcapReader.Packet packet, MemorySegment ip) {
        return icrc.verify(
                ip,
                packet.offset(),
                packet.length(),
                packet.source().hi(),
                packet.source().lo(),
                packet.destination(),
                packet.sourcePort());
    }

    private static byte[] bytes(PcapReader.Packet packet) {
        return packet.ip().asSlice(packet.offset(), packet.length()).toArray(Layouts.U8);
    }

    /** Writes what has been read, as a sender would, at an odd place of memory full of other bytes. */
    private byte[] encode(RocePacket from, PcapReader.Packet packet) {
        byte[] dirty = new byte[packet.length() + 8];
        Arrays.fill(dirty, (byte) 0xA5);
        MemorySegment memory = MemorySegment.ofArray(dirty);
        int at = 3;
        RoceOpcode opcode = from.opcode();
        int payload = from.payloadLength();
        assertThat(opcode.packetLength(payload)).isEqualTo(packet.length()); // spec/rocev2.md 18.1
        Bth.put(memory, at, opcode, from.solicited(), payload, from.destQp(), from.ackReq(), from.psn());
        encodeHeaders(from, memory, at);
        int body = at + opcode.headerLength();
        MemorySegment.copy(from.segment(), from.payloadOffset(), memory, body, payload);
        Bth.putPad(memory, body + payload, payload); // spec/rocev2.md 18.2
        icrc.seal(
                memory,
                at,
                packet.length(),
                packet.source(),
                packet.destination(),
                packet.sourcePort(),
                packet.identification());
        assertThat(dirty).startsWith(0xA5, 0xA5, 0xA5).endsWith(0xA5, 0xA5, 0xA5, 0xA5, 0xA5);
        return Arrays.copyOfRange(dirty, at, at + packet.length());
    }

    private static void encodeHeaders(RocePacket from, MemorySegment memory, int at) {
        RoceOpcode opcode = from.opcode();
        if (opcode.rethOffset() != RoceOpcode.ABSENT) {
            int length = (int) from.dmaLength();
            Reth.put(memory, at + opcode.rethOffset(), from.remoteAddress(), from.rkey(), length);
        }
        if (opcode.aethOffset() != RoceOpcode.ABSENT) {
            Aeth.put(memory, at + opcode.aethOffset(), from.syndrome(), from.msn());
        }
        if (opcode.hasImmediate()) {
            ImmDt.put(memory, at + opcode.immOffset(), from.immediate());
        }
        if (opcode.hasInvalidate()) {
            Ieth.put(memory, at + opcode.iethOffset(), from.invalidateKey());
        }
        if (opcode.dethOffset() != RoceOpcode.ABSENT) {
            Deth.put(memory, at + opcode.dethOffset(), from.qkey(), from.sourceQp());
        }
        if (opcode.atomicOffset() != RoceOpcode.ABSENT) {
            int place = at + opcode.atomicOffset();
            AtomicEth.put(memory, place, from.remoteAddress(), from.rkey(), from.swapOrAdd(), from.compare());
        }
        if (opcode.atomicAckOffset() != RoceOpcode.ABSENT) {
            AtomicAckEth.put(memory, at + opcode.atomicAckOffset(), from.originalValue());
        }
    }
}
