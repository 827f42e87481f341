package io.rtrs.soft.roce.cm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.IpCmHeader;
import io.rtrs.soft.roce.cm.message.Mad;
import io.rtrs.soft.roce.cm.message.Mra;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.Layouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.SplittableRandom;

class MessageTest {
    private static final int[] ATTRIBUTES = {0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16};

    /** Where a REQ and a REP have whole reserved bytes: first and behind the last. */
    private static final int[][] RESERVED_REQ = {{24, 32}, {36, 39}, {40, 43}};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void any_bytes_decode_and_what_was_decoded_survives(long seed) { // spec/rocev2.md 18.64, 18.86
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2000; i++) {
            MemorySegment bytes = MemorySegment.ofArray(new byte[Mad.SIZE]);
            for (int at = 0; at < Mad.SIZE; at++) {
                Layouts.put8(bytes, at, random.nextInt(256));
            }
            Mad.put(bytes, 0, ATTRIBUTES[random.nextInt(ATTRIBUTES.length)], random.nextLong());
            CmMessage message = Objects.requireNonNull(CmMessage.decodeMad(bytes, 0));
            MemorySegment clean = encode(message, 0x00);
            MemorySegment dirty = encode(message, 0xFF);
            assertThat(dirty.toArray(Layouts.U8)).isEqualTo(clean.toArray(Layouts.U8));
            assertThat(CmMessage.decodeMad(dirty, 0)).isEqualTo(message);
            if (message instanceof Req) {
                assertZero(dirty, RESERVED_REQ);
            }
        }
    }

    private static void assertZero(MemorySegment mad, int[][] ranges) {
        for (int[] range : ranges) {
            for (int at = range[0]; at < range[1]; at++) {
                assertThat(Layouts.u8(mad, Mad.HEADER_SIZE + at))
                        .as("byte %d", at)
                        .isZero();
            }
        }
    }

    private static MemorySegment encode(CmMessage message, int dirt) {
        MemorySegment mad = MemorySegment.ofArray(new byte[Mad.SIZE]);
        mad.fill((byte) dirt);
        message.encodeMad(mad, 0, 7);
        return mad;
    }

    @Test
    void a_datagram_of_another_class_version_or_method_is_none_of_ours() { // spec/rocev2.md 18.83
        MemorySegment mad = MemorySegment.ofArray(new byte[Mad.SIZE]);
        Mad.put(mad, 0, Req.ATTRIBUTE, 1);
        assertThat(Mad.isCm(mad, 0, Mad.SIZE)).isTrue();
        assertThat(Mad.isCm(mad, 0, Mad.SIZE - 1)).isFalse();
        for (int at = 0; at < 4; at++) {
            MemorySegment other = MemorySegment.ofArray(mad.toArray(Layouts.U8));
            Layouts.put8(other, at, Layouts.u8(other, at) ^ 1);
            assertThat(Mad.isCm(other, 0, Mad.SIZE)).as("byte %d", at).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"212992", "4194304", "2147483647"})
    void what_a_sender_tells_of_its_buffer_is_in_fields_that_others_leave_zero(int bytes) {
        for (boolean ownPort : new boolean[] {false, true}) {
            MemorySegment mad = MemorySegment.ofArray(new byte[Mad.SIZE]);
            Mad.put(mad, 0, Req.ATTRIBUTE, 1);
            assertThat(Mad.told(mad, 0)).as("nothing").isEqualTo(Told.NOTHING);
            if (ownPort) {
                Mad.tellOwnPort(mad, 0);
                assertThat(Mad.told(mad, 0)).as("an older version").isEqualTo(Told.NOTHING);
            }
            Mad.tellReceiveBuffer(mad, 0, bytes);
            assertThat(Mad.told(mad, 0)).isEqualTo(new Told(bytes & ~1023, false));
            Mad.tellUnsealed(mad, 0);
            assertThat(Mad.told(mad, 0)).isEqualTo(new Told(bytes & ~1023, true));
            assertThat(Mad.hasOwnPort(mad, 0)).isEqualTo(ownPort);
            assertThat(Mad.isCm(mad, 0, Mad.SIZE)).isTrue();
            Layouts.put16(mad, 18, 0);
            assertThat(Mad.told(mad, 0)).as("without the mark").isEqualTo(Told.NOTHING);
        }
    }

    @Test
    void that_no_icrc_is_needed_is_told_without_a_buffer_too() {
        MemorySegment mad = MemorySegment.ofArray(new byte[Mad.SIZE]);
        Mad.put(mad, 0, Req.ATTRIBUTE, 1);
        Mad.tellUnsealed(mad, 0);
        assertThat(Mad.told(mad, 0)).isEqualTo(new Told(0, true));
        assertThat(Mad.hasOwnPort(mad, 0)).isFalse();
    }

    @Test
    void service_ids_are_the_tcp_port_space_and_the_port() { // spec/rocev2.md 18.65
        assertThat(IpCmHeader.serviceId(7174)).isEqualTo(0x0000000001061C06L);
        assertThat(IpCmHeader.port(0x0000000001061C06L)).isEqualTo(7174);
        assertThat(IpCmHeader.port(0x00000000013F1C06L)).isEqualTo(-1);
        assertThat(IpCmHeader.port(0x0100000001061C06L)).isEqualTo(-1);
    }

    @Test
    void what_does_not_fit_its_field_is_refused() {
        assertThatThrownBy(() -> new Dreq(1, 2, 1 << 24, PrivateData.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Mra(1, 2, 0, 32, PrivateData.EMPTY)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Rej.of(1, 2, 4, 8, PrivateData.EMPTY)).isInstanceOf(IllegalArgumentException.class);
        Rej tooLong = Rej.of(1, 2, 0, 28, PrivateData.of(new byte[149]));
        MemorySegment memory = MemorySegment.ofArray(new byte[Mad.SIZE]);
        assertThatThrownBy(() -> tooLong.encode(memory, 0)).hasMessageContaining("at most 148");
        assertThat(Rep.PRIVATE_SIZE).isEqualTo(196);
        assertThat(IpCmHeader.CONSUMER_SIZE).isEqualTo(56);
    }

    @Test
    void addresses_of_two_families_are_no_connection() {
        Gid v4 = Gid.ofIpv4(0x7F000001);
        assertThatThrownBy(() -> new IpCmHeader(1, v4, new Gid(1, 2))).isInstanceOf(IllegalArgumentException.class);
    }
}
