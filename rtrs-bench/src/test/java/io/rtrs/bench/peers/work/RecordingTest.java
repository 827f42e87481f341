package io.rtrs.bench.peers.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What is answered in the warm-up is recorded like the rest, and not in the result. */
class RecordingTest {
    private static final long NOW = Math.subtractExact(Long.MAX_VALUE, 1_000); // the clock wraps meanwhile
    private static final long COUNT_FROM = NOW + 100_000;
    private static final long STOP_AT = COUNT_FROM + 50_000;
    private static final Limits LIMITS = new Limits(COUNT_FROM, STOP_AT, Long.MAX_VALUE);

    @Test
    void answersOfTheWarmUpAreRecordedAndForgotten() {
        Recording recording = new Recording(NOW, LIMITS);
        int forgotten = 0;
        long before = 0;
        for (long at = 0; at < 100_000; at += 100) {
            recording.onAnswer(NOW + at, 7_000_000);
            assertThat(recording.counted()).isPositive();
            if (recording.counted() <= before) {
                forgotten++;
            }
            before = recording.counted();
        }
        // The last part of the warm-up is forgotten by the first answer that counts.
        assertThat(forgotten).isEqualTo(Recording.REHEARSALS - 1);
        recording.onAnswer(COUNT_FROM, 1_000);
        recording.onAnswer(STOP_AT - 1, 3_000);
        recording.end();
        assertThat(recording.counted()).isEqualTo(2);
        assertThat(recording.latencyNs().getTotalCount()).isEqualTo(2);
        assertThat(recording.latencyNs().getMinValue()).isEqualTo(1_000);
        assertThat(recording.latencyNs().getMaxValue()).isLessThan(4_000);
    }

    @Test
    void theLastMomentOfTheWarmUpDoesNotCount() {
        Recording recording = new Recording(NOW, LIMITS);
        recording.onAnswer(COUNT_FROM - 1, 1_000);
        recording.onAnswer(COUNT_FROM, 2_000);
        recording.end();
        assertThat(recording.counted()).isEqualTo(1);
        assertThat(recording.latencyNs().getMinValue()).isEqualTo(2_000);
    }

    @Test
    void whatEndedInTheWarmUpCountsNothing() {
        Recording recording = new Recording(NOW, LIMITS);
        recording.onAnswer(COUNT_FROM - 1, 1_000);
        recording.end();
        assertThat(recording.counted()).isZero();
        assertThat(recording.latencyNs().getTotalCount()).isZero();
    }

    @Test
    void withoutWarmUpEverythingCounts() {
        Recording recording = new Recording(NOW, Limits.requests(NOW, 3));
        for (int i = 0; i < 3; i++) {
            recording.onAnswer(NOW + i, 1_000);
        }
        recording.end();
        assertThat(recording.counted()).isEqualTo(3);
    }

    @Test
    void aLoadThatEndsBeforeItsCountedTimeHasNoResult() {
        long hourNs = 3_600_000_000_000L;
        long nowNs = System.nanoTime();
        MemorySegment blocks = Arena.ofAuto().allocate((long) Shape.BLOCK_MAX * Shape.DEPTH_MAX);
        BlockLoad load = new BlockLoad(
                new Shape(true, 4096, 1), new Limits(nowNs + hourNs, nowNs + 2 * hourNs, 5), blocks, null);
        load.start((slot, direction, length, offset) -> {});
        while (!load.isOver()) {
            load.onAnswer(0, 0);
        }
        assertThat(load.sent()).isEqualTo(5);
        assertThat(load.errors()).isZero();
        assertThat(load.counted()).isZero();
        assertThat(load.latencyNs().getTotalCount()).isZero();
    }
}
