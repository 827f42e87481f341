package io.rtrs.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.Direction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

class RequestParserTest {
    private static final int CHUNK = 8192;

    private final MemorySegment chunk = MemorySegment.ofArray(new byte[CHUNK]);
    private final ParsedRequest request = new ParsedRequest();

    @Test
    void a_write_is_read_with_all_its_lengths() {
        WriteHeaderView.put(chunk, 4128, 32);
        assertThat(parse(4128)).isEqualTo(RequestParser.OK);
        assertThat(request.direction()).isEqualTo(Direction.WRITE);
        assertThat(request.userLength()).isEqualTo(32);
        assertThat(request.dataLength()).isEqualTo(4096);
        assertThat(request.headerOffset()).isEqualTo(4128);
        assertThat(request.sgCount()).isZero();
        assertThat(request.needInvalidate()).isFalse();
    }

    @Test
    void a_read_is_read_with_its_descriptor() {
        ReadHeaderView.put(chunk, 4128, 32, Protocol.FLAG_NEED_INVAL, 0x00007f00aa000000L, 0x2233, 4096);
        assertThat(parse(4128)).isEqualTo(RequestParser.OK);
        assertThat(request.direction()).isEqualTo(Direction.READ);
        assertThat(request.dataLength()).isEqualTo(4096);
        assertThat(request.needInvalidate()).isTrue();
        assertThat(request.address()).isEqualTo(0x00007f00aa000000L);
        assertThat(request.rkey()).isEqualTo(0x2233);
        assertThat(request.length()).isEqualTo(4096);
    }

    @Test
    void requests_without_data_are_good() { // spec/rtrs.md 19.43 (parser part)
        WriteHeaderView.put(chunk, 32, 32);
        assertThat(parse(32)).isEqualTo(RequestParser.OK);
        assertThat(request.dataLength()).isZero();
        ReadHeaderView.put(chunk, 32, 32);
        assertThat(parse(32)).isEqualTo(RequestParser.OK);
        assertThat(request.dataLength()).isZero();
    }

    @Test
    void the_need_to_invalidate_is_ignored_without_a_descriptor() { // spec/rtrs.md 7.6
        ReadHeaderView.put(chunk, 32, 32);
        Wire.put16(chunk, 36, Protocol.FLAG_NEED_INVAL);
        assertThat(parse(32)).isEqualTo(RequestParser.OK);
        assertThat(request.needInvalidate()).isFalse();
    }

    @Test
    void V1_a_buffer_id_must_be_below_the_queue_depth() { // spec/rtrs.md 19.52
        assertThat(RequestParser.checkBufferId(511, 512)).isEqualTo(RequestParser.OK);
        assertThat(RequestParser.checkBufferId(512, 512)).isEqualTo(RequestParser.BAD_BUFFER_ID);
        assertThat(RequestParser.checkBufferId(513, 512)).isEqualTo(RequestParser.BAD_BUFFER_ID);
        assertThat(RequestParser.checkBufferId(-1, 512)).isEqualTo(RequestParser.BAD_BUFFER_ID);
        assertThat(describe(RequestParser.BAD_BUFFER_ID))
                .contains("IO_REQ.buf_id = 3, must be less than the queue depth 512");
    }

    @Test
    void V1_a_write_header_may_end_with_the_chunk_but_not_pass_it() { // spec/rtrs.md 19.52, 19.54
        WriteHeaderView.put(chunk, CHUNK - 5, 0);
        assertThat(parse(CHUNK - 5)).isEqualTo(RequestParser.OK);
        WriteHeaderView.put(chunk, CHUNK - 4, 0);
        assertThat(parse(CHUNK - 4)).isEqualTo(RequestParser.OK);
        refused(CHUNK - 3, RequestParser.BAD_OFFSET, "IO_REQ.off = " + (CHUNK - 3));
    }

    @ParameterizedTest
    @ValueSource(ints = {CHUNK - 1, CHUNK, CHUNK + 1, (1 << 28) - 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void V1_an_offset_at_or_behind_the_end_of_the_chunk_is_refused(int offset) { // spec/rtrs.md 19.52, 19.54
        refused(offset, RequestParser.BAD_OFFSET, "IO_REQ.off = " + offset);
    }

    @Test
    void V1_a_read_header_may_end_with_the_chunk_but_not_pass_it() { // spec/rtrs.md 19.54
        for (int offset = CHUNK - 9; offset <= CHUNK - 8; offset++) {
            ReadHeaderView.put(chunk, offset, 0);
            assertThat(parse(offset)).isEqualTo(RequestParser.OK);
        }
        Wire.put16(chunk, CHUNK - 7, Protocol.TYPE_READ);
        refused(CHUNK - 7, RequestParser.BAD_OFFSET, "IO_REQ.off");
        for (int offset = CHUNK - 25; offset <= CHUNK - 24; offset++) {
            ReadHeaderView.put(chunk, offset, 0, 0, 1, 1, 1);
            assertThat(parse(offset)).isEqualTo(RequestParser.OK);
        }
        ReadHeaderView.put(chunk, CHUNK - 23, 0);
        Wire.put16(chunk, CHUNK - 17, 1);
        refused(CHUNK - 23, RequestParser.BAD_OFFSET, "IO_REQ.off");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 0x0200, 0xFFFF})
    void a_type_that_is_neither_read_nor_write_is_refused(int type) { // spec/rtrs.md 19.53
        Wire.put16(chunk, 100, type);
        refused(100, RequestParser.BAD_TYPE, "request.type = " + type);
    }

    @ParameterizedTest
    @ValueSource(ints = {Protocol.TYPE_WRITE, Protocol.TYPE_READ})
    void V2_a_user_header_may_fill_the_space_before_the_header_but_not_more(int type) {
        // CVE-2026-97413; spec/rtrs.md 19.55
        Wire.put16(chunk, 100, type);
        for (int length = 99; length <= 100; length++) {
            Wire.put16(chunk, 102, length);
            assertThat(parse(100)).isEqualTo(RequestParser.OK);
            assertThat(request.dataLength()).isEqualTo(100 - length);
        }
        for (int length : new int[] {101, 102, 65535}) {
            Wire.put16(chunk, 102, length);
            refused(100, RequestParser.BAD_USER_LENGTH, "request.usr_len = " + length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 65535})
    void more_than_one_descriptor_is_refused(int count) { // spec/rtrs.md 19.55
        ReadHeaderView.put(chunk, 100, 10);
        Wire.put16(chunk, 106, count);
        refused(100, RequestParser.BAD_SG_COUNT, "READ.sg_cnt = " + count);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, CHUNK + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void V3_V14_a_descriptor_of_nothing_or_of_more_than_a_chunk_is_refused(int length) { // CVE-2026-64269
        ReadHeaderView.put(chunk, 5000, 0, 0, 1, 1, length);
        refused(
                5000,
                RequestParser.BAD_DESCRIPTOR_LENGTH,
                "READ.desc.len = " + Integer.toUnsignedLong(length) + ", must be 1 to 8192");
    }

    @Test
    void V3_a_descriptor_may_want_the_whole_data_area_but_not_more() { // CVE-2026-64269
        for (int length : new int[] {1, 4095, 4096}) {
            ReadHeaderView.put(chunk, 4128, 32, 0, 1, 1, length);
            assertThat(parse(4128)).isEqualTo(RequestParser.OK);
        }
        ReadHeaderView.put(chunk, 4128, 32, 0, 1, 1, 4097);
        refused(4128, RequestParser.DESCRIPTOR_BEYOND_DATA, "READ.desc.len = 4097, more than the data area of 4096");
        ReadHeaderView.put(chunk, 4128, 32, 0, 1, 1, CHUNK);
        refused(4128, RequestParser.DESCRIPTOR_BEYOND_DATA, "READ.desc.len = 8192");
    }

    @Test
    void a_refused_read_still_names_the_key_to_invalidate() { // spec/rtrs.md 19.46 (parser part)
        ReadHeaderView.put(chunk, 100, 200, Protocol.FLAG_NEED_INVAL, 7, 8, 9);
        assertThat(parse(100)).isEqualTo(RequestParser.BAD_USER_LENGTH);
        assertThat(request.needInvalidate()).isTrue();
        assertThat(request.rkey()).isEqualTo(8);
    }

    @Test
    void what_was_read_does_not_change_when_the_peer_writes_again() { // spec/rtrs.md 7.5, K-S5
        ReadHeaderView.put(chunk, 4128, 32, 0, 1, 2, 4096);
        assertThat(parse(4128)).isEqualTo(RequestParser.OK);
        chunk.fill((byte) 0xFF);
        assertThat(request.length()).isEqualTo(4096);
        assertThat(request.rkey()).isEqualTo(2);
        assertThat(request.userLength()).isEqualTo(32);
    }

    @Test
    void nothing_of_an_earlier_request_is_left_in_the_holder() {
        ReadHeaderView.put(chunk, 4128, 32, Protocol.FLAG_NEED_INVAL, 1, 2, 4096);
        assertThat(parse(4128)).isEqualTo(RequestParser.OK);
        assertThat(parse(CHUNK)).isEqualTo(RequestParser.BAD_OFFSET);
        assertThat(request.needInvalidate()).isFalse();
        assertThat(request.userLength()).isZero();
        assertThat(request.length()).isZero();
        assertThat(request.rkey()).isZero();
    }

    @Property(tries = 5000)
    void whatever_a_chunk_holds_nothing_outside_it_is_read_and_lengths_are_sane(
            @ForAll @IntRange(min = -30, max = 400) int offset,
            @ForAll @IntRange(min = 0, max = 5) int type,
            @ForAll short userLength,
            @ForAll @IntRange(min = 0, max = 2) int sgCount,
            @ForAll int length) { // spec/rtrs.md 19.54
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment around = arena.allocate(1024);
            MemorySegment small = around.asSlice(512, 256);
            if (offset >= 0) {
                int at = 512 + offset;
                Wire.put16(around, at, type);
                Wire.put16(around, at + 2, userLength);
                Wire.put16(around, at + 6, sgCount);
                Wire.put32(around, at + 20, length);
            }
            int code = RequestParser.parse(small, offset, request);
            if (code == RequestParser.OK) {
                assertThat(request.dataLength()).isBetween(0, 252);
                assertThat(request.userLength()).isBetween(0, 252);
                assertThat(request.length()).isBetween(0L, (long) request.dataLength());
            }
            assertThat(RequestParser.describe(code, 0, 1, 256, request)).isNotEmpty();
        }
    }

    private int parse(int offset) {
        return RequestParser.parse(chunk, offset, request);
    }

    private void refused(int offset, int code, String words) {
        assertThat(parse(offset)).isEqualTo(code);
        assertThat(describe(code)).contains(words);
    }

    private String describe(int code) {
        return RequestParser.describe(code, 3, 512, CHUNK, request);
    }
}
