package io.rtrs.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rtrs.core.error.ProtocolException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

class InfoRspTest {
    private static final int CHUNK = 131072;

    /** The worked example of spec/rtrs.md 3.10. */
    private static final byte[] EXAMPLE =
            Bytes.hex("01 00 01 00 00 00 00 00 00 00 34 12 00 7f 00 00 2b 1a 00 00 00 00 00 04");

    private static final InfoRsp EXAMPLE_MESSAGE =
            new InfoRsp(List.of(new Descriptor(0x00007f0012340000L, 0x1a2b, 64 << 20)));

    @Test
    void the_worked_example_is_encoded_over_every_dirty_byte_and_decoded() throws ProtocolException {
        // spec/rtrs.md 19.6
        byte[] bytes = Bytes.dirty(28);
        assertThat(EXAMPLE_MESSAGE.encode(MemorySegment.ofArray(bytes))).isEqualTo(24);
        assertThat(Arrays.copyOf(bytes, 24)).isEqualTo(EXAMPLE);
        assertThat(Arrays.copyOfRange(bytes, 24, 28)).containsOnly(0xA5);
        assertThat(InfoRsp.decode(EXAMPLE)).isEqualTo(EXAMPLE_MESSAGE);
    }

    @Test
    void one_descriptor_is_cut_into_consecutive_chunks_of_one_key() throws ProtocolException { // spec/rtrs.md 19.38
        ChunkMap map = EXAMPLE_MESSAGE.chunkMap(512, CHUNK);
        assertThat(map.size()).isEqualTo(512);
        assertThat(map.rkeys()).hasSize(512).containsOnly(0x1a2b);
        assertThat(map.addresses())
                .isEqualTo(LongStream.range(0, 512)
                        .map(i -> 0x00007f0012340000L + i * CHUNK)
                        .toArray());
    }

    @Property(tries = 200)
    void every_layout_whose_count_divides_the_queue_depth_works( // spec/rtrs.md 19.38
            @ForAll @IntRange(min = 0, max = 9) int log, @ForAll long address, @ForAll int rkey)
            throws ProtocolException {
        int count = 1 << log;
        int perDescriptor = 512 / count;
        long base = address >>> 1;
        InfoRsp message = InfoRsp.decode(new InfoRsp(IntStream.range(0, count)
                        .mapToObj(i -> new Descriptor(base + i * (1L << 32), rkey + i, (long) perDescriptor * CHUNK))
                        .toList())
                .encode());
        ChunkMap map = message.chunkMap(512, CHUNK);
        for (int i = 0; i < 512; i++) {
            int d = i / perDescriptor;
            assertThat(map.addresses()[i]).isEqualTo(base + d * (1L << 32) + (long) (i % perDescriptor) * CHUNK);
            assertThat(map.rkeys()[i]).isEqualTo(rkey + d);
        }
    }

    @Test
    void descriptors_of_different_lengths_work_if_they_fit() throws ProtocolException { // spec/rtrs.md 5.7
        ChunkMap map = chunks(3L * CHUNK, CHUNK).chunkMap(4, CHUNK);
        assertThat(map.rkeys()).containsExactly(0, 0, 0, 1);
    }

    @Test
    void a_short_message_another_type_or_no_descriptor_is_refused() { // spec/rtrs.md 19.37
        undecodable(Arrays.copyOf(EXAMPLE, 7), "length = 7");
        undecodable(Arrays.copyOf(EXAMPLE, 23), "length = 23");
        undecodable(Bytes.with16(EXAMPLE, 0, 0), "type = 0");
        undecodable(Bytes.with16(EXAMPLE, 2, 0), "sg_cnt = 0");
        undecodable(Bytes.with16(EXAMPLE, 2, 2), "too short for 2 descriptors");
        undecodable(Bytes.with16(EXAMPLE, 2, 65535), "too short for 65535 descriptors");
    }

    @Test
    void a_count_that_does_not_divide_the_queue_depth_is_refused() { // spec/rtrs.md 19.37
        uncuttable(chunks(CHUNK, CHUNK, CHUNK), 4, "sg_cnt = 3");
        uncuttable(chunks(CHUNK, CHUNK), 1, "sg_cnt = 2");
    }

    @Test
    void a_count_that_does_not_fit_28_bits_beside_the_chunk_is_refused() { // spec/rtrs.md 5.6
        InfoRsp many = new InfoRsp(Collections.nCopies(4096, new Descriptor(0, 1, CHUNK)));
        uncuttable(many, 4096, "sg_cnt = 4096");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, CHUNK - 1, CHUNK + 1, 0xFFFFFFFFL})
    void V1_V14_a_length_that_is_no_multiple_of_the_chunk_is_refused(long length) { // spec/rtrs.md 19.37
        uncuttable(chunks(length), 1, "desc[0].len = " + length);
    }

    @Test
    void a_length_of_0_is_refused() { // spec/rtrs.md 19.37
        uncuttable(chunks(2L * CHUNK, 0), 2, "desc[1].len = 0");
    }

    @Test
    void V1_a_sum_one_chunk_too_small_or_too_large_is_refused() throws ProtocolException { // spec/rtrs.md 19.37
        uncuttable(chunks(3L * CHUNK), 4, "must sum up to 4 chunks");
        uncuttable(chunks(5L * CHUNK), 4, "desc[0].len = " + 5L * CHUNK);
        uncuttable(chunks(4L * CHUNK, CHUNK), 4, "desc[1].len = " + CHUNK);
        assertThat(chunks(4L * CHUNK).chunkMap(4, CHUNK).size()).isEqualTo(4);
    }

    @Test
    void memory_may_end_with_the_address_space_but_not_pass_it() throws ProtocolException {
        assertThat(new InfoRsp(List.of(new Descriptor(-CHUNK, 1, CHUNK)))
                        .chunkMap(1, CHUNK)
                        .addresses())
                .containsExactly(-CHUNK);
        uncuttable(new InfoRsp(List.of(new Descriptor(-CHUNK + 1, 1, CHUNK))), 1, "desc[0].addr");
    }

    private static InfoRsp chunks(long... lengths) {
        return new InfoRsp(IntStream.range(0, lengths.length)
                .mapToObj(i -> new Descriptor(0x10000000L * i, i, lengths[i]))
                .toList());
    }

    private static void undecodable(byte[] message, String words) {
        ProtocolException e = catchThrowableOfType(ProtocolException.class, () -> InfoRsp.decode(message));
        assertThat(e).hasMessageContaining("INFO_RSP.").hasMessageContaining(words);
        assertThat(e.errno()).isEqualTo(104);
    }

    private static void uncuttable(InfoRsp message, int queueDepth, String words) {
        ProtocolException e = catchThrowableOfType(ProtocolException.class, () -> message.chunkMap(queueDepth, CHUNK));
        assertThat(e).hasMessageContaining("INFO_RSP.").hasMessageContaining(words);
        assertThat(e.errno()).isEqualTo(104);
    }
}
