package io.rtrs.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class WorkIdTest {

    @Property
    void whatIsPackedComesBack(
            @ForAll @IntRange(min = 0, max = 255) int kind,
            @ForAll @LongRange(min = 0, max = (1L << 36) - 1) long mark,
            @ForAll @IntRange(min = 0, max = (1 << 20) - 1) int slot) {
        long id = WorkId.of(kind, mark, slot);
        assertThat(WorkId.kind(id)).isEqualTo(kind);
        assertThat(WorkId.mark(id)).isEqualTo(mark);
        assertThat(WorkId.slot(id)).isEqualTo(slot);
    }

    @Property
    void aMarkThatWrapsDoesNotReachTheKind(@ForAll long mark) {
        assertThat(WorkId.kind(WorkId.of(WorkId.ANSWER, mark, -1))).isEqualTo(WorkId.ANSWER);
    }

    @Property
    void howFarMarksAreApartDoesNotDependOnWhereTheyWrap(
            @ForAll long mark, @ForAll @IntRange(min = 0, max = 1 << 20) int distance) {
        long later = WorkId.mark(WorkId.of(WorkId.REQUEST, mark + distance, 0));
        assertThat(WorkId.marksBetween(mark, later)).isEqualTo(distance);
    }
}
