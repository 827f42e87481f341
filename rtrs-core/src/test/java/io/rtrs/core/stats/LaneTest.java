package io.rtrs.core.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.Direction;
import io.rtrs.core.PathStatistics;
import org.junit.jupiter.api.Test;

class LaneTest {
    @Test
    void requestsAndBytesOfEitherDirectionAreCountedApartAndAddedToOthers() {
        Lane lane = new Lane();
        lane.count(Direction.READ, 10);
        lane.count(Direction.WRITE, 200);
        lane.count(Direction.WRITE, 2_000);
        assertThat(lane.plus(PathStatistics.NONE)).isEqualTo(new PathStatistics(1, 10, 2, 2_200));
        assertThat(lane.plus(new PathStatistics(1, 2, 3, 4))).isEqualTo(new PathStatistics(2, 12, 5, 2_204));
    }

    /** A path's counters lie in lanes by the order of their names. */
    @Test
    void aLaneHasWhatThePathsCountersBeginWith() {
        PathStats stats = new PathStats();
        stats.makeLanes(2);
        stats.onSubmit(0, Direction.READ, 10);
        stats.onSubmit(1, Direction.WRITE, 200);
        stats.onSubmit(1, Direction.WRITE, 2_000);
        assertThat(stats.get(PathCounter.READS)).isEqualTo(1);
        assertThat(stats.get(PathCounter.READ_BYTES)).isEqualTo(10);
        assertThat(stats.get(PathCounter.WRITES)).isEqualTo(2);
        assertThat(stats.get(PathCounter.WRITE_BYTES)).isEqualTo(2_200);
    }
}
