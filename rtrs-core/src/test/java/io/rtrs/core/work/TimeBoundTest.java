package io.rtrs.core.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class TimeBoundTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LEAST = Duration.ofNanos(1);

    @Test
    void aTimeIsMoreThanNothingUpToADay() {
        assertThat(TimeBound.isTime(LEAST)).isTrue();
        assertThat(TimeBound.isTime(DAY)).isTrue();
        assertThat(TimeBound.isTime(Duration.ZERO)).isFalse();
        assertThat(TimeBound.isTime(LEAST.negated())).isFalse();
        assertThat(TimeBound.isTime(DAY.plus(LEAST))).isFalse();
    }

    @Test
    void aPauseMayBeNothing() {
        assertThat(TimeBound.isPause(Duration.ZERO)).isTrue();
        assertThat(TimeBound.isPause(DAY)).isTrue();
        assertThat(TimeBound.isPause(LEAST.negated())).isFalse();
        assertThat(TimeBound.isPause(DAY.plus(LEAST))).isFalse();
    }
}
