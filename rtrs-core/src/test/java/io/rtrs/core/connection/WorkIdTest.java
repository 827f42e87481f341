package io.rtrs.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class WorkIdTest {

    @Property
    void whatIsPackedComesBack(
            @ForAll @IntRange(min = 0, max = 255) int kind,
            @ForAll @IntRange(min = 0, max = 0xffffff) int generation,
            @ForAll int slot) {
        long id = WorkId.of(kind, generation, slot);
        assertThat(WorkId.kind(id)).isEqualTo(kind);
        assertThat(WorkId.generation(id)).isEqualTo(generation);
        assertThat(WorkId.slot(id)).isEqualTo(slot);
    }

    @Property
    void aGenerationThatWrapsDoesNotReachTheKind(@ForAll int generation) {
        assertThat(WorkId.kind(WorkId.of(WorkId.ANSWER, generation, -1))).isEqualTo(WorkId.ANSWER);
    }
}
