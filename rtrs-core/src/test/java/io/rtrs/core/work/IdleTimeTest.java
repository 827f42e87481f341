package io.rtrs.core.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleTimeTest {
    private final IdleTime idle = new IdleTime();

    @Test
    void pollsThatFindNothingAddUp() {
        idle.begin(1_000_000);
        assertThat(idle.onEmptyPoll(1_000_000)).isZero();
        assertThat(idle.onEmptyPoll(1_000_700)).isEqualTo(700);
        assertThat(idle.onEmptyPoll(1_001_500)).isEqualTo(1_500);
        idle.begin(1_001_900);
        assertThat(idle.onEmptyPoll(1_002_000)).isEqualTo(100);
    }

    @Test
    void whileOthersHaveTheProcessorNoTimePasses() {
        WaitStrategy strategy = WaitStrategy.SPIN_THEN_EVENTS;
        long now = Long.MAX_VALUE - 1_000_000; // a clock may pass its end
        idle.begin(now);
        int polls = 0;
        do {
            polls++;
            now += 100_000; // what others take to answer
        } while (strategy.polls(polls, idle.onEmptyPoll(now)));
        assertThat(polls).as("polls of at most 2 µs in 50 µs").isEqualTo(25);
    }

    @Test
    void whereSomebodyElseKeepsTheProcessorALoopSleeps() {
        idle.begin(0);
        long idleNs = idle.onEmptyPoll(3_000_000); // a time slice
        assertThat(WaitStrategy.SPIN_THEN_EVENTS.polls(2, idleNs)).isFalse();
    }
}
