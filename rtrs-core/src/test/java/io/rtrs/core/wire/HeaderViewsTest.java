package io.rtrs.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

class HeaderViewsTest {
    @Test
    void the_worked_examples_are_encoded_over_every_dirty_byte_and_touch_no_other() { // spec/rtrs.md 19.7
        assertPut(
                "03 00 20 00 01 00 01 00 00 00 00 aa 00 7f 00 00 33 22 00 00 00 10 00 00",
                segment -> ReadHeaderView.put(segment, 3, 32, 1, 0x00007f00aa000000L, 0x2233, 4096));
        assertPut("03 00 20 00 00 00 00 00", segment -> ReadHeaderView.put(segment, 3, 32));
        assertPut("02 00 20 00", segment -> WriteHeaderView.put(segment, 3, 32));
        assertPut("04 00 03 00 2c 1a 00 00", segment -> RkeyRspView.put(segment, 3, 3, 0x1a2c));
    }

    @Test
    void sizes_are_those_of_the_specification() { // spec/rtrs.md 19.6, 19.7
        assertThat(WriteHeaderView.SIZE).isEqualTo(4);
        assertThat(ReadHeaderView.SIZE).isEqualTo(8);
        assertThat(ReadHeaderView.SIZE_WITH_DESCRIPTOR).isEqualTo(24);
        assertThat(RkeyRspView.SIZE).isEqualTo(8);
        assertThat(Protocol.infoRspSize(512)).isEqualTo(8200);
        assertThat(Protocol.readHeaderSize(1)).isEqualTo(24);
    }

    @Property
    void V14_unsigned_fields_come_back_as_they_were_put(
            @ForAll @IntRange(min = 0, max = 65535) int userLength,
            @ForAll @IntRange(min = 0, max = 65535) int flags,
            @ForAll long address,
            @ForAll int rkey,
            @ForAll int length) {
        MemorySegment segment = MemorySegment.ofArray(Bytes.dirty(32));
        ReadHeaderView.put(segment, 5, userLength, flags, address, rkey, length);
        assertThat(ReadHeaderView.type(segment, 5)).isEqualTo(3);
        assertThat(ReadHeaderView.userLength(segment, 5)).isEqualTo(userLength);
        assertThat(ReadHeaderView.flags(segment, 5)).isEqualTo(flags);
        assertThat(ReadHeaderView.sgCount(segment, 5)).isEqualTo(1);
        assertThat(ReadHeaderView.address(segment, 5)).isEqualTo(address);
        assertThat(ReadHeaderView.rkey(segment, 5)).isEqualTo(rkey);
        assertThat(ReadHeaderView.length(segment, 5)).isEqualTo(Integer.toUnsignedLong(length));
        WriteHeaderView.put(segment, 7, userLength);
        assertThat(WriteHeaderView.type(segment, 7)).isEqualTo(2);
        assertThat(WriteHeaderView.userLength(segment, 7)).isEqualTo(userLength);
        RkeyRspView.put(segment, 9, userLength, rkey);
        assertThat(RkeyRspView.bufferId(segment, 9)).isEqualTo(userLength);
        assertThat(RkeyRspView.rkey(segment, 9)).isEqualTo(rkey);
    }

    @Test
    void V1_a_new_key_must_be_for_the_buffer_that_the_immediate_names() { // spec/rtrs.md 7.7, 19.48
        assertThat(check(8, 4, 511, 511)).isEqualTo(RkeyRspView.OK);
        assertThat(check(9, 4, 511, 511)).isEqualTo(RkeyRspView.OK);
        assertThat(check(7, 4, 511, 511)).isEqualTo(RkeyRspView.TOO_SHORT);
        assertThat(check(8, 3, 511, 511)).isEqualTo(RkeyRspView.BAD_TYPE);
        assertThat(check(8, 4, 512, 512)).isEqualTo(RkeyRspView.BAD_BUFFER_ID);
        assertThat(check(8, 4, 513, 513)).isEqualTo(RkeyRspView.BAD_BUFFER_ID);
        assertThat(check(8, 4, 65535, 65535)).isEqualTo(RkeyRspView.BAD_BUFFER_ID);
        assertThat(check(8, 4, 510, 511)).isEqualTo(RkeyRspView.OTHER_BUFFER_ID);
    }

    @Test
    void each_refusal_of_a_new_key_names_field_and_value() {
        MemorySegment segment = MemorySegment.ofArray(new byte[8]);
        RkeyRspView.put(segment, 0, 600, 1);
        assertThat(RkeyRspView.describe(RkeyRspView.TOO_SHORT, segment, 0, 7, 512, 5))
                .contains("length = 7");
        assertThat(RkeyRspView.describe(RkeyRspView.BAD_TYPE, segment, 0, 8, 512, 5))
                .contains("type = 4");
        assertThat(RkeyRspView.describe(RkeyRspView.BAD_BUFFER_ID, segment, 0, 8, 512, 5))
                .contains("buf_id = 600");
        assertThat(RkeyRspView.describe(RkeyRspView.OTHER_BUFFER_ID, segment, 0, 8, 700, 5))
                .contains("msg_id 5");
    }

    private static int check(int length, int type, int bufferId, int messageId) {
        MemorySegment segment = MemorySegment.ofArray(new byte[8]);
        RkeyRspView.put(segment, 0, bufferId, 1);
        Wire.put16(segment, 0, type);
        return RkeyRspView.check(segment, 0, length, 512, messageId);
    }

    private static void assertPut(String hex, Consumer<MemorySegment> put) {
        byte[] bytes = Bytes.dirty(32);
        put.accept(MemorySegment.ofArray(bytes));
        byte[] expected = Bytes.dirty(32);
        byte[] header = Bytes.hex(hex);
        System.arraycopy(header, 0, expected, 3, header.length);
        assertThat(bytes).isEqualTo(expected);
    }
}
