package io.rtrs.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.util.BitSet;

class LoadShapeTest {
    @Property
    void everyBlockBelongsToOneSlot(
            @ForAll @IntRange(max = 5000) int span,
            @ForAll @IntRange(min = 1, max = 64) int blockSize,
            @ForAll @IntRange(min = 1, max = 40) int queueDepth,
            @ForAll @IntRange(min = 1, max = 7) int jobs) {
        LoadShape shape = new LoadShape(span, blockSize, queueDepth, jobs);
        BitSet taken = new BitSet();
        for (int slot = 0; slot < shape.slots(); slot++) {
            for (int i = 0; i < shape.blocksOf(slot); i++) {
                int block = (int) shape.firstBlock(slot) + i * queueDepth;
                assertThat(taken.get(block)).isFalse();
                taken.set(block);
            }
        }
        assertThat(taken.cardinality()).isEqualTo((int) shape.blocks());
        assertThat(taken.nextClearBit(0)).isEqualTo((int) shape.blocks());
    }

    @Test
    void aShorterLastBlockIsABlock() {
        assertThat(new LoadShape(4097, 4096, 1, 1).blocks()).isEqualTo(2);
    }

    @Test
    void aLoadWithoutDepthIsRefused() {
        assertThatThrownBy(() -> new LoadShape(1, 1, 0, 1)).hasMessageContaining("queue depth 0");
    }
}
