package io.rtrs.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.UUID;

class ConReqTest {
    /** The worked example of spec/rtrs.md 3.10. */
    private static final byte[] EXAMPLE = Bytes.hex("""
            00 00 bd 1b 00 02 00 00 03 00 01 00
            10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f
            a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af
            01 00 00 00 00 00 00 00 00 00 00 00""");

    private static final ConReq EXAMPLE_MESSAGE = new ConReq(
            0,
            3,
            1,
            UUID.fromString("10111213-1415-1617-1819-1a1b1c1d1e1f"),
            UUID.fromString("a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf"),
            true);

    @Test
    void the_worked_example_is_encoded_over_every_dirty_byte() { // spec/rtrs.md 19.1, 19.2, 19.13
        byte[] bytes = Bytes.dirty(60);
        EXAMPLE_MESSAGE.encode(MemorySegment.ofArray(bytes));
        assertThat(Arrays.copyOf(bytes, 56)).isEqualTo(EXAMPLE);
        assertThat(Arrays.copyOfRange(bytes, 56, 60)).containsOnly(0xA5);
    }

    @Test
    void the_worked_example_is_decoded() throws ProtocolException { // spec/rtrs.md 19.1, 19.13
        assertThat(ConReq.decode(EXAMPLE)).isEqualTo(EXAMPLE_MESSAGE);
    }

    @Property
    void what_is_encoded_is_decoded(
            @ForAll @IntRange(min = 1, max = 4096) int cidNum,
            @ForAll @IntRange(min = 0, max = 4095) int cid,
            @ForAll @IntRange(min = 0, max = 65535) int reconnects,
            @ForAll long a,
            @ForAll long b,
            @ForAll boolean first)
            throws ProtocolException {
        ConReq message = new ConReq(cid % cidNum, cidNum, reconnects, new UUID(a, b), new UUID(b, a), first);
        assertThat(ConReq.decode(message.encode())).isEqualTo(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 55})
    void private_data_of_fewer_than_56_bytes_is_refused(int size) { // spec/rtrs.md 19.14
        refused(Arrays.copyOf(EXAMPLE, size), "length", size);
    }

    @ParameterizedTest
    @ValueSource(ints = {56, 57, 92})
    void padding_behind_the_message_is_ignored(int size) throws ProtocolException { // spec/rtrs.md 4.2
        assertThat(ConReq.decode(Arrays.copyOf(EXAMPLE, size))).isEqualTo(EXAMPLE_MESSAGE);
    }

    @Test
    void more_private_data_than_a_request_can_hold_is_refused() {
        refused(Arrays.copyOf(EXAMPLE, 93), "length", 93);
    }

    @Test
    void another_magic_is_refused() { // spec/rtrs.md 19.14
        refused(Bytes.with16(EXAMPLE, 2, 0xBD1B), "magic", 0xBD1B);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0100, 0x0300, 0x0002, 0xFF00})
    void another_major_version_is_refused(int version) { // spec/rtrs.md 19.14
        refused(Bytes.with16(EXAMPLE, 4, version), "version", version);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0201, 0x02FF})
    void any_minor_version_is_accepted(int version) throws ProtocolException { // spec/rtrs.md 19.15
        assertThat(ConReq.decode(Bytes.with16(EXAMPLE, 4, version))).isEqualTo(EXAMPLE_MESSAGE);
    }

    @Test
    void as_many_connections_as_4096_are_accepted_and_no_more() throws ProtocolException { // spec/rtrs.md 19.16
        assertThat(ConReq.decode(Bytes.with16(EXAMPLE, 8, 4095)).cidNum()).isEqualTo(4095);
        assertThat(ConReq.decode(Bytes.with16(EXAMPLE, 8, 4096)).cidNum()).isEqualTo(4096);
        refused(Bytes.with16(EXAMPLE, 8, 4097), "cid_num", 4097);
        refused(Bytes.with16(EXAMPLE, 8, 65535), "cid_num", 65535);
    }

    @Test
    void a_connection_index_must_be_below_the_number_of_connections() throws ProtocolException { // spec/rtrs.md 19.16
        assertThat(ConReq.decode(Bytes.with16(EXAMPLE, 6, 2)).cid()).isEqualTo(2);
        refused(Bytes.with16(EXAMPLE, 6, 3), "cid", 3);
        refused(Bytes.with16(EXAMPLE, 6, 4), "cid", 4);
        refused(Bytes.with16(EXAMPLE, 8, 0), "cid", 0);
    }

    @Test
    void reserved_bytes_of_the_peer_are_ignored() throws ProtocolException { // spec/rtrs.md 5.3
        byte[] odd = EXAMPLE.clone();
        Arrays.fill(odd, 45, 56, (byte) 0xA5);
        odd[44] = (byte) 0xFE;
        assertThat(ConReq.decode(odd).firstConnection()).isFalse();
        odd[44] = (byte) 0xFF;
        assertThat(ConReq.decode(odd)).isEqualTo(EXAMPLE_MESSAGE);
    }

    @Test
    void a_message_that_no_server_would_take_cannot_be_made() {
        UUID uuid = new UUID(1, 2);
        assertThatThrownBy(() -> new ConReq(0, 0, 1, uuid, uuid, true)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ConReq(0, 4097, 1, uuid, uuid, true)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ConReq(2, 2, 1, uuid, uuid, true)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new ConReq(0, 1, 65537, uuid, uuid, true).reconnectCount()).isEqualTo(1);
    }

    private static void refused(byte[] data, String field, long value) {
        ProtocolException e = catchThrowableOfType(ProtocolException.class, () -> ConReq.decode(data));
        assertThat(e).hasMessageContaining("CON_REQ." + field + " = " + value);
        assertThat(e.field()).isEqualTo(field);
        assertThat(e.value()).isEqualTo(value);
        assertThat(e.rejectErrno()).isEqualTo(-Errno.ECONNRESET).isEqualTo(-104);
    }
}
