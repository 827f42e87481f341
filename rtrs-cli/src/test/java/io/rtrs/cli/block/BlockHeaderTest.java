package io.rtrs.cli.block;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;

class BlockHeaderTest {
    private final byte[] bytes = new byte[40];
    private final MemorySegment segment = MemorySegment.ofArray(bytes);

    @Test
    void everyByteOfAHeaderIsWrittenAndNoneBeyondIt() {
        Arrays.fill(bytes, (byte) 0xa5);
        BlockHeader.encode(segment, BlockHeader.WRITE, 0x0102030405060708L, 0x11121314);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "5254424b" + "01000000" + "0807060504030201" + "14131211" + "00".repeat(12) + "a5".repeat(8));
    }

    @Test
    void everyByteOfAnInfoIsWrittenAndNoneBeyondIt() {
        Arrays.fill(bytes, (byte) 0xa5);
        BlockHeader.encodeInfo(segment, 0x0102030405060708L);
        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("5254424b" + "01000000" + "0807060504030201" + "00".repeat(16) + "a5".repeat(8));
        assertThat(BlockHeader.infoSize(segment)).isEqualTo(0x0102030405060708L);
    }

    @Test
    void aHeaderIsReadWhereItLies() {
        BlockHeader.encode(segment.asSlice(8), BlockHeader.READ, 1L << 40, 4096);
        assertThat(BlockHeader.isWellFormed(segment, 8)).isTrue();
        assertThat(BlockHeader.operation(segment, 8)).isEqualTo(BlockHeader.READ);
        assertThat(BlockHeader.offset(segment, 8)).isEqualTo(1L << 40);
        assertThat(BlockHeader.length(segment, 8)).isEqualTo(4096);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 20, 23, 24, 31})
    void aHeaderWithAnotherMagicOrReservedByteIsNotWellFormed(int at) {
        BlockHeader.encode(segment, BlockHeader.READ, 0, 0);
        segment.set(ValueLayout.JAVA_BYTE, at, (byte) (segment.get(ValueLayout.JAVA_BYTE, at) ^ 1));
        assertThat(BlockHeader.isWellFormed(segment, 0)).isFalse();
    }

    @Test
    void anInfoOfAnotherVersionHasNoSize() {
        BlockHeader.encodeInfo(segment, 4096);
        segment.set(ValueLayout.JAVA_BYTE, 4, (byte) 2);
        assertThat(BlockHeader.infoSize(segment)).isNegative();
    }
}
