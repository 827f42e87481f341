package io.rtrs.core.stats;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.rtrs.core.Direction;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

class PathStatsTest {
    private final PathStats stats = new PathStats();

    @Test
    void requests_bytes_and_requests_in_flight_are_counted_by_direction() {
        stats.makeLanes(3);
        stats.onSubmit(0, Direction.READ, 4128);
        stats.onSubmit(2, Direction.WRITE, 512);
        stats.onSubmit(0, Direction.WRITE, 512);
        stats.onComplete();
        stats.add(PathCounter.FAILOVERS, 3);
        assertThat(stats.get(PathCounter.READS)).isEqualTo(1);
        assertThat(stats.get(PathCounter.READ_BYTES)).isEqualTo(4128);
        assertThat(stats.get(PathCounter.WRITES)).isEqualTo(2);
        assertThat(stats.get(PathCounter.WRITE_BYTES)).isEqualTo(1024);
        assertThat(stats.get(PathCounter.IN_FLIGHT)).isEqualTo(2);
        assertThat(stats.get(PathCounter.FAILOVERS)).isEqualTo(3);
        stats.reset(PathCounter.WRITES);
        assertThat(stats.get(PathCounter.WRITES)).isZero();
        assertThat(stats.get(PathCounter.IN_FLIGHT)).isEqualTo(2);
        stats.onSubmit(1, Direction.WRITE, 512);
        assertThat(stats.get(PathCounter.WRITES)).isEqualTo(1);
        stats.reset(PathCounter.FAILOVERS);
        assertThat(stats.get(PathCounter.FAILOVERS)).isZero();
    }

    @Test
    void what_was_counted_stays_when_lanes_are_added() {
        stats.makeLanes(2);
        stats.onSubmit(1, Direction.READ, 7);
        stats.makeLanes(64);
        stats.onSubmit(63, Direction.READ, 7);
        stats.makeLanes(2);
        stats.onSubmit(63, Direction.READ, 7);
        assertThat(stats.get(PathCounter.READS)).isEqualTo(3);
        assertThat(stats.get(PathCounter.READ_BYTES)).isEqualTo(21);
    }

    @Test
    void what_many_threads_add_is_all_there() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        stats.makeLanes(8);
        for (int t = 0; t < 8; t++) {
            int lane = t;
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 10_000; i++) {
                    stats.onSubmit(lane, Direction.READ, 3);
                    stats.onComplete();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(stats.get(PathCounter.READS)).isEqualTo(80_000);
        assertThat(stats.get(PathCounter.READ_BYTES)).isEqualTo(240_000);
        assertThat(stats.get(PathCounter.IN_FLIGHT)).isZero();
    }

    /** The first lane grows and is set to 0 while a reader is on its way through the others. */
    @Test
    void who_reads_while_another_resets_never_sees_less_than_nothing() throws InterruptedException {
        stats.makeLanes(512);
        AtomicBoolean over = new AtomicBoolean();
        Thread other = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                stats.onSubmit(0, Direction.READ, 4096);
                stats.reset(PathCounter.READS);
            }
        });
        long least = 0;
        for (int i = 0; i < 200_000; i++) {
            least = Math.min(least, stats.get(PathCounter.READS));
        }
        over.set(true);
        other.join();
        assertThat(least).isZero();
    }

    @Test
    void counting_allocates_nothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        stats.makeLanes(2);
        count(1000);
        threads.getCurrentThreadAllocatedBytes();
        long before = threads.getCurrentThreadAllocatedBytes();
        count(100_000);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
    }

    @Test
    void every_counter_has_a_unit_and_a_sentence() {
        for (PathCounter counter : PathCounter.values()) {
            assertThat(counter.unit()).isIn("requests", "bytes", "attempts");
            assertThat(counter.sentence()).endsWith(".");
        }
    }

    private void count(int times) {
        for (int i = 0; i < times; i++) {
            stats.onSubmit(1, Direction.WRITE, i);
            stats.onComplete();
        }
    }
}
