package io.rtrs.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rtrs.core.error.ProtocolException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

class ConRspTest {
    /** The worked examples of spec/rtrs.md 3.10. */
    private static final byte[] ACCEPT = Bytes.hex("bd 1b 00 02 00 00 00 02 00 f0 01 00 00 10 00 00 02 00 00 00", 56);

    private static final byte[] REJECT = Bytes.hex("bd 1b 00 02 98 ff 00 00", 56);

    private static final ConRsp.Accept ACCEPT_MESSAGE = new ConRsp.Accept(512, 126976, 4096, true);

    @Test
    void the_worked_examples_are_encoded_over_every_dirty_byte() { // spec/rtrs.md 19.3, 19.4
        byte[] bytes = Bytes.dirty(56);
        ACCEPT_MESSAGE.encode(MemorySegment.ofArray(bytes));
        assertThat(bytes).isEqualTo(ACCEPT);
        bytes = Bytes.dirty(56);
        new ConRsp.Reject(-104).encode(MemorySegment.ofArray(bytes));
        assertThat(bytes).isEqualTo(REJECT);
    }

    @Test
    void the_worked_examples_are_decoded() throws ProtocolException { // spec/rtrs.md 19.3, 19.4
        assertThat(ConRsp.Accept.decode(ACCEPT)).isEqualTo(ACCEPT_MESSAGE);
        assertThat(ACCEPT_MESSAGE.chunkSize()).isEqualTo(131072);
        assertThat(ConRsp.Reject.decode(REJECT).errno()).isEqualTo(-104);
        assertThat(ConRsp.Accept.decode(Arrays.copyOf(ACCEPT, 196))).isEqualTo(ACCEPT_MESSAGE);
    }

    @Property
    void what_is_encoded_is_decoded(
            @ForAll @IntRange(min = 1, max = 65535) int depth,
            @ForAll @IntRange(min = 24, max = 2048) int headerSize,
            @ForAll @IntRange(min = 1, max = 2048) int ioSize,
            @ForAll boolean newRkey)
            throws ProtocolException {
        ConRsp.Accept message = new ConRsp.Accept(depth, ioSize, headerSize, newRkey);
        assertThat(ConRsp.Accept.decode(message.encode())).isEqualTo(message);
    }

    @Test
    void an_accept_with_bad_length_magic_version_or_errno_is_refused() { // spec/rtrs.md 19.35
        refused(Arrays.copyOf(ACCEPT, 55), "length", 55);
        refused(Bytes.with16(ACCEPT, 0, 0x1BBC), "magic", 0x1BBC);
        refused(Bytes.with16(ACCEPT, 2, 0x0300), "version", 0x0300);
        refused(Bytes.with16(ACCEPT, 4, -17), "errno", -17);
        refused(Bytes.with16(ACCEPT, 4, 17), "errno", 17);
    }

    @Test
    void any_minor_version_and_unknown_flags_are_accepted() throws ProtocolException { // spec/rtrs.md 19.15
        assertThat(ConRsp.Accept.decode(Bytes.with16(ACCEPT, 2, 0x0201))).isEqualTo(ACCEPT_MESSAGE);
        assertThat(ConRsp.Accept.decode(Bytes.with32(ACCEPT, 16, 0xFFFFFFFFL))).isEqualTo(ACCEPT_MESSAGE);
        assertThat(ConRsp.Accept.decode(Bytes.with32(ACCEPT, 16, 0xFFFFFFFDL)).newRkey())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 23, (1L << 28) + 1, 1L << 31, 0xFFFFFFFFL})
    void V4_a_header_size_that_cannot_be_is_refused(long size) { // CVE-2024-47695
        refused(Bytes.with32(ACCEPT, 12, size), "max_hdr_size", size);
    }

    @Test
    void V4_the_smallest_header_area_holds_a_read_with_a_descriptor() throws ProtocolException {
        assertThat(ConRsp.Accept.decode(Bytes.with32(ACCEPT, 12, 24)).maxHeaderSize())
                .isEqualTo(24);
        assertThat(ConRsp.Accept.decode(Bytes.with32(ACCEPT, 12, 25)).maxHeaderSize())
                .isEqualTo(25);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 28) + 1, 1L << 31, 0xFFFFFFFFL})
    void V4_V14_an_io_size_that_cannot_be_is_refused(long size) {
        refused(Bytes.with32(ACCEPT, 8, size), "max_io_size", size);
    }

    @Test
    void V4_a_queue_depth_of_0_is_refused() {
        refused(Bytes.with16(ACCEPT, 6, 0), "queue_depth", 0);
    }

    @ParameterizedTest
    @CsvSource({"2047", "2048"})
    void V9_queue_depth_times_chunk_size_may_fill_28_bits(int depth) throws ProtocolException {
        assertThat(ConRsp.Accept.decode(Bytes.with16(ACCEPT, 6, depth)).queueDepth())
                .isEqualTo(depth);
    }

    @Test
    void V9_queue_depth_times_chunk_size_beyond_28_bits_is_refused() throws ProtocolException {
        refused(Bytes.with16(ACCEPT, 6, 2049), "queue_depth", 2049);
        byte[] small = Bytes.with32(Bytes.with32(ACCEPT, 8, 2048), 12, 2048);
        assertThat(ConRsp.Accept.decode(Bytes.with16(small, 6, 65535)).queueDepth())
                .isEqualTo(65535);
        refused(Bytes.with16(Bytes.with32(small, 8, 2049), 6, 65535), "queue_depth", 65535);
    }

    @Test
    void a_reject_without_a_negative_errno_counts_as_a_reset() { // spec/rtrs.md 19.40, 5.4
        assertThat(ConRsp.Reject.decode(new byte[0]).errno()).isEqualTo(-104);
        assertThat(ConRsp.Reject.decode(new byte[148]).errno()).isEqualTo(-104);
        assertThat(ConRsp.Reject.decode(Bytes.with16(REJECT, 4, 17)).errno()).isEqualTo(-104);
        assertThat(ConRsp.Reject.decode(Bytes.with16(REJECT, 4, -17)).errno()).isEqualTo(-17);
        assertThat(ConRsp.Reject.decode(Bytes.with16(REJECT, 4, -6)).errno()).isEqualTo(-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 104, -32769})
    void a_reject_that_a_kernel_would_misread_cannot_be_made(int errno) { // spec/rtrs.md 5.4
        assertThatThrownBy(() -> new ConRsp.Reject(errno)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void refused(byte[] data, String field, long value) {
        ProtocolException e = catchThrowableOfType(ProtocolException.class, () -> ConRsp.Accept.decode(data));
        assertThat(e).hasMessageContaining("CON_RSP." + field + " = " + value);
        assertThat(e.errno()).isEqualTo(104);
    }
}
