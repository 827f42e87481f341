package io.rtrs.cli.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.MemorySegment;

class MemoryBlocksTest {
    private static final int LENGTH = 64;

    private final MemoryBlocks blocks = new MemoryBlocks(1024);

    @AfterEach
    void free() {
        blocks.close();
    }

    private static Request request(Direction direction, int operation, long offset, int length) {
        Request request = new Request(direction, LENGTH);
        BlockHeader.encode(request.header(), operation, offset, length);
        return request;
    }

    @Test
    void whatWasWrittenIsReadFromTheSamePlace() {
        Request write = request(Direction.WRITE, BlockHeader.WRITE, 960, LENGTH);
        write.chunk().asSlice(0, LENGTH).fill((byte) 7);
        assertThat(write.answeredBy(blocks)).isEqualTo(Status.OK);

        Request read = request(Direction.READ, BlockHeader.READ, 928, LENGTH);
        assertThat(read.answeredBy(blocks)).isEqualTo(Status.OK);
        MemorySegment expected = MemorySegment.ofArray(new byte[LENGTH]);
        expected.asSlice(32).fill((byte) 7);
        assertThat(read.chunk().asSlice(0, LENGTH).mismatch(expected)).isEqualTo(-1);
        assertThat(blocks.served()).isEqualTo(new MemoryBlocks.Served(1, LENGTH, 1, LENGTH, 0));
    }

    @Test
    void theMemorysSizeIsTold() {
        Request info = new Request(Direction.READ, BlockHeader.INFO_BYTES);
        BlockHeader.encode(info.header(), BlockHeader.INFO, 0, 0);
        assertThat(info.answeredBy(blocks)).isEqualTo(Status.OK);
        assertThat(BlockHeader.infoSize(info.chunk())).isEqualTo(1024);
    }

    @ParameterizedTest
    @CsvSource({
        "READ, 961",
        "READ, 1024",
        "READ, -1",
        "READ, 9223372036854775807",
        "READ, -9223372036854775808",
        "WRITE, 961",
        "WRITE, 9223372036854775744"
    })
    void blocksBeyondTheMemorysEndAreRefusedWithEio(Direction direction, long offset) {
        int operation = direction == Direction.READ ? BlockHeader.READ : BlockHeader.WRITE;
        assertThat(request(direction, operation, offset, LENGTH).answeredBy(blocks))
                .isEqualTo(Status.IO_ERROR);
        assertThat(blocks.served().refused()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "READ, 1, 64", // says write
        "WRITE, 0, 64", // says read
        "WRITE, 2, 0", // info that writes
        "READ, 2, 64", // info with a length
        "READ, 3, 64", // no such operation
        "READ, -1, 64",
        "READ, 0, 63", // other lengths than the data's
        "READ, 0, 65",
        "READ, 0, -1",
        "WRITE, 1, 63",
        "WRITE, 1, 65",
        "WRITE, 1, -64"
    })
    void aHeaderThatDoesNotFitItsRequestIsRefusedWithEinval(Direction direction, int operation, int length) {
        assertThat(request(direction, operation, 0, length).answeredBy(blocks)).isEqualTo(Status.INVALID);
    }

    @Test
    void aHeaderThatIsTooShortIsRefusedWithEinval() {
        Request request = request(Direction.READ, BlockHeader.READ, 0, LENGTH).withHeaderLength(31);
        assertThat(request.answeredBy(blocks)).isEqualTo(Status.INVALID);
    }

    @Test
    void aReadThatWantsMoreThanItsHeaderSaysGetsNothing() {
        Request request = request(Direction.READ, BlockHeader.READ, 0, LENGTH).wanting(LENGTH + 1);
        assertThat(request.answeredBy(blocks)).isEqualTo(Status.INVALID);
    }

    @Test
    void aMessageOfAnotherProtocolIsRefusedWithEinval() {
        Request request = new Request(Direction.READ, LENGTH);
        assertThat(request.answeredBy(blocks)).isEqualTo(Status.INVALID);
    }
}
