package io.rtrs.core.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitStrategyTest {
    private static final long SPIN_NS = 50_000;

    @Test
    void theDefaultSpinsForATimeAfterTheLastCompletionAndNoLonger() {
        WaitStrategy strategy = WaitStrategy.SPIN_THEN_EVENTS;
        assertThat(strategy.polls(1, 0)).isTrue();
        assertThat(strategy.polls(1_000_000, SPIN_NS - 1))
                .as("by time, not by polls")
                .isTrue();
        assertThat(strategy.polls(2, SPIN_NS)).isFalse();
        assertThat(strategy.polls(2, Long.MAX_VALUE)).isFalse();
        assertThat(strategy.polls(1, Long.MAX_VALUE)).as("once after each wait").isTrue();
    }

    @Test
    void whoSpinsNeverWaitsAndWhoWaitsTriesOnce() {
        for (WaitStrategy strategy : new WaitStrategy[] {WaitStrategy.SPIN, WaitStrategy.YIELD}) {
            assertThat(strategy.polls(Integer.MAX_VALUE, Long.MAX_VALUE))
                    .as("%s", strategy)
                    .isTrue();
        }
        assertThat(WaitStrategy.EVENTS.polls(1, 0)).isTrue();
        assertThat(WaitStrategy.EVENTS.polls(2, 0)).isFalse();
        assertThat(WaitStrategy.INVOKED.polls(1, 0)).isFalse();
    }

    @Test
    void theServiceConnectionAlwaysWaits() {
        for (WaitStrategy strategy : WaitStrategy.values()) {
            assertThat(strategy.of(true)).isEqualTo(WaitStrategy.EVENTS);
            assertThat(strategy.of(false)).isEqualTo(strategy);
        }
    }
}
