package io.rtrs.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.List;

class TimelineTest {
    private static final long MS = 1_000_000;

    private final Timeline timeline = new Timeline();

    @Test
    void anIntervalHoldsWhatCompletedInIt() {
        timeline.start(5 * MS, 2);
        timeline.completed(1000);
        timeline.completed(1500);
        timeline.look(8192, 2, 104 * MS); // too early
        timeline.look(8192, 5, 106 * MS);
        timeline.end(8192, 5, 150 * MS);
        List<Timeline.Interval> intervals = timeline.intervals();
        assertThat(intervals).hasSize(2);
        assertThat(intervals.getFirst()).isEqualTo(new Timeline.Interval(0, 101 * MS, 2, 8192, 1000, 1500, 1500, 3));
        assertThat(intervals.getLast()).isEqualTo(new Timeline.Interval(101 * MS, 44 * MS, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aLongRunHasLongerIntervalsAndNoneIsLost() {
        timeline.start(0, 0);
        long nowNs = 0;
        int looks = 36_000; // an hour
        for (int i = 0; i < looks; i++) {
            nowNs += 100 * MS;
            timeline.completed(1000);
            timeline.look(i + 1, 0, nowNs);
        }
        timeline.end(looks, 0, nowNs);
        assertThat(timeline.intervals()).hasSizeLessThan(3000);
        assertThat(timeline.intervals().stream()
                        .mapToLong(Timeline.Interval::operations)
                        .sum())
                .isEqualTo(looks);
        assertThat(timeline.intervals().stream()
                        .mapToLong(Timeline.Interval::bytes)
                        .sum())
                .isEqualTo(looks);
    }

    @Test
    void aCompletionAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 200 && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                timeline.completed(i);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isZero();
    }
}
