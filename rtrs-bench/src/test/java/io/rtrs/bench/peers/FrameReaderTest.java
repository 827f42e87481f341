package io.rtrs.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.bench.load.BlockAnswer;
import io.rtrs.bench.load.BlockHeader;
import io.rtrs.bench.peers.stream.BlockServer;
import io.rtrs.bench.peers.stream.FrameReader;
import io.rtrs.bench.peers.work.Content;
import io.rtrs.bench.peers.work.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The block protocol over a stream that is cut anywhere. */
class FrameReaderTest {
    private static final int BLOCK = 64;

    private final MemorySegment memory = Arena.ofAuto().allocate(1024, 8);
    private final List<byte[]> answers = new ArrayList<>();

    private FrameReader server() {
        return BlockServer.reader(memory, (header, headerBytes, body, bodyBytes) -> {
            byte[] frame = new byte[headerBytes + bodyBytes];
            MemorySegment to = MemorySegment.ofArray(frame);
            MemorySegment.copy(Memory.ALL, header, to, 0, headerBytes);
            MemorySegment.copy(Memory.ALL, body, to, headerBytes, bodyBytes);
            answers.add(frame);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 31, 32, 33, 95, 96, 97, 1000})
    void piecesOfAnyLengthAreTheSameStream(int piece) {
        Content content = new Content(7);
        MemorySegment stream = Arena.ofAuto().allocate(2 * BlockHeader.BYTES + BLOCK, 8);
        BlockHeader.encode(stream, 0, BlockHeader.WRITE, BLOCK, 128, 5);
        content.fill(stream, BlockHeader.BYTES, BLOCK, 128);
        BlockHeader.encode(stream, BlockHeader.BYTES + BLOCK, BlockHeader.READ, BLOCK, 128, 6);
        FrameReader reader = server();
        for (long at = 0; at < stream.byteSize(); at += piece) {
            reader.feed(stream.address() + at, (int) Math.min(piece, stream.byteSize() - at));
        }
        assertThat(content.matches(memory, 128, BLOCK, 128)).isTrue();
        assertThat(answers).hasSize(2);
        MemorySegment written = MemorySegment.ofArray(answers.get(0));
        assertThat(BlockAnswer.tag(written, 0)).isEqualTo(5);
        assertThat(BlockAnswer.status(written, 0)).isZero();
        assertThat(written.byteSize()).isEqualTo(BlockAnswer.BYTES);
        MemorySegment read = MemorySegment.ofArray(answers.get(1));
        assertThat(BlockAnswer.tag(read, 0)).isEqualTo(6);
        assertThat(BlockAnswer.length(read, 0)).isEqualTo(BLOCK);
        assertThat(content.matches(read, BlockAnswer.BYTES, BLOCK, 128)).isTrue();
    }

    @Test
    void anotherRoundOrAnotherPlaceIsAnotherContent() {
        MemorySegment block = Arena.ofAuto().allocate(BLOCK, 8);
        new Content(1).fill(block, 0, BLOCK, 0);
        assertThat(new Content(1).matches(block, 0, BLOCK, 0)).isTrue();
        assertThat(new Content(2).matches(block, 0, BLOCK, 0)).isFalse();
        assertThat(new Content(1).matches(block, 0, BLOCK, 8)).isFalse();
        block.set(ValueLayout.JAVA_BYTE, BLOCK - 1, (byte) ~block.get(ValueLayout.JAVA_BYTE, BLOCK - 1));
        assertThat(new Content(1).matches(block, 0, BLOCK, 0)).isFalse();
    }
}
