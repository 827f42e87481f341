package io.rtrs.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

class PatternContentTest {
    private final PatternContent content = new PatternContent(42);
    private final MemorySegment block = MemorySegment.ofArray(new byte[100]);

    @Property
    void aBlockIsEqualToItself(@ForAll @IntRange(max = 100) int length, @ForAll long offset, @ForAll int version) {
        content.fill(block, offset, length, version);
        assertThat(content.mismatch(block, offset, length, version)).isEqualTo(-1);
    }

    @Property
    void everyByteThatChangedIsFound(
            @ForAll @IntRange(min = 1, max = 100) int length, @ForAll @IntRange(max = 99) int at, @ForAll byte change) {
        content.fill(block, 4096, length, 1);
        if (at < length && change != 0) {
            block.set(ValueLayout.JAVA_BYTE, at, (byte) (block.get(ValueLayout.JAVA_BYTE, at) ^ change));
            assertThat(content.mismatch(block, 4096, length, 1)).isEqualTo(at);
        }
    }

    @Test
    void anotherPlaceVersionOrRunIsAnotherBlock() {
        content.fill(block, 0, 100, 1);
        assertThat(content.mismatch(block, 100, 100, 1)).isNotNegative();
        assertThat(content.mismatch(block, 0, 100, 2)).isNotNegative();
        assertThat(new PatternContent(43).mismatch(block, 0, 100, 1)).isNotNegative();
    }

    @Test
    void bytesBeyondTheBlockAreLeftAlone() {
        block.fill((byte) 0xa5);
        content.fill(block, 0, 13, 1);
        for (int i = 13; i < 100; i++) {
            assertThat(block.get(ValueLayout.JAVA_BYTE, i)).isEqualTo((byte) 0xa5);
        }
    }
}
