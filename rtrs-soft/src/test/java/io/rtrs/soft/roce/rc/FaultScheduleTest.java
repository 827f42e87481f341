package io.rtrs.soft.roce.rc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.EnumMap;
import java.util.Map;

/**
 * Thousands of connections over networks that lose, duplicate, reorder and corrupt, each played from a seed.
 *
 * <p>Checked from outside: every message is executed once, in order and intact, and completes once and in order, or the
 * queue pair fails with the status that the specification names. {@code -Drtrs.schedules=N} plays as many,
 * {@code -Drtrs.seed=S} plays one and prints its packets.
 */
class FaultScheduleTest {
    private static final int SCHEDULES = Integer.getInteger("rtrs.schedules", 10_000);

    @Test
    void everyMessageIsDeliveredOnceInOrderAndIntact() throws Exception {
        Long seed = Long.getLong("rtrs.seed");
        if (seed != null) {
            Schedule one = new Schedule(seed, true);
            one.play();
            return;
        }
        Map<Schedule.Outcome, Integer> outcomes = new EnumMap<>(Schedule.Outcome.class);
        long resends = 0;
        long corrupted = 0;
        long refused = 0;
        long duplicated = 0;
        long reordered = 0;
        for (long s = 1; s <= SCHEDULES; s++) {
            Schedule schedule = new Schedule(s, false);
            try {
                outcomes.merge(schedule.play(), 1, Integer::sum);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("schedule failed; play it again with -Drtrs.seed=" + s, e);
            }
            resends += schedule.resends();
            corrupted += schedule.network().corrupted();
            refused += schedule.network().refused();
            duplicated += schedule.network().duplicated();
            reordered += schedule.network().reordered();
        }
        System.out.println(SCHEDULES + " schedules: " + outcomes + ", " + resends + " resends, " + corrupted
                + " packets corrupted, " + refused + " arrivals refused, " + duplicated + " duplicated, " + reordered
                + " reordered");
        // The network is bad enough to matter, and the protocol good enough to get through most of it.
        assertThat(resends).isGreaterThan(SCHEDULES);
        assertThat(corrupted).isGreaterThan(SCHEDULES);
        assertThat(refused).isGreaterThan(SCHEDULES);
        assertThat(duplicated).isGreaterThan(SCHEDULES);
        assertThat(reordered).isGreaterThan(SCHEDULES);
        assertThat(outcomes.getOrDefault(Schedule.Outcome.DELIVERED, 0)).isGreaterThan(SCHEDULES / 2);
    }
}
