package io.rtrs.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** spec/rtrs.md 10.2. */
class ReconnectBackoffTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void the_wait_is_the_delay_and_one_second() { // spec/rtrs.md 19.70
        ReconnectBackoff backoff = new ReconnectBackoff(30 * SECOND, 0, -1, new Random(1));
        assertThat(backoff.nextDelayNs()).isEqualTo(31 * SECOND);
    }

    @Property
    void the_jitter_stays_below_its_bound_and_differs(@ForAll long seed) { // lessons H5
        ReconnectBackoff backoff = new ReconnectBackoff(SECOND, 8 * SECOND, -1, new Random(seed));
        Set<Long> delays = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            long delay = backoff.nextDelayNs();
            assertThat(delay).isBetween(2 * SECOND, 10 * SECOND - 1);
            delays.add(delay);
        }
        assertThat(delays).hasSizeGreaterThan(1);
    }

    @Test
    void a_seed_replays_the_same_delays() {
        ReconnectBackoff one = new ReconnectBackoff(0, 8 * SECOND, -1, new Random(7));
        ReconnectBackoff two = new ReconnectBackoff(0, 8 * SECOND, -1, new Random(7));
        assertThat(one.nextDelayNs()).isEqualTo(two.nextDelayNs());
    }

    @Test
    void attempts_are_used_up_and_come_back_with_success() { // spec/rtrs.md 19.71, 19.72
        ReconnectBackoff backoff = new ReconnectBackoff(0, 0, 2, new Random(1));
        assertThat(backoff.nextDelayNs()).isEqualTo(SECOND);
        assertThat(backoff.nextDelayNs()).isEqualTo(SECOND);
        assertThat(backoff.nextDelayNs()).isEqualTo(ReconnectBackoff.EXHAUSTED);
        assertThat(backoff.attempts()).isEqualTo(2);
        backoff.reset();
        assertThat(backoff.nextDelayNs()).isEqualTo(SECOND);
    }

    @Test
    void an_attempt_that_does_not_count_waits_as_long_and_uses_nothing_up() {
        ReconnectBackoff backoff = new ReconnectBackoff(SECOND, 0, 1, new Random(1));
        for (int i = 0; i < 3; i++) {
            assertThat(backoff.sameDelayNs()).isEqualTo(2 * SECOND);
        }
        assertThat(backoff.nextDelayNs()).isEqualTo(2 * SECOND);
        assertThat(new ReconnectBackoff(0, 0, 0, new Random(1)).sameDelayNs()).isEqualTo(ReconnectBackoff.EXHAUSTED);
    }

    @Test
    void with_0_attempts_there_is_never_a_reconnect_and_with_minus_1_always() { // spec/rtrs.md 19.70
        assertThat(new ReconnectBackoff(0, 0, 0, new Random(1)).nextDelayNs()).isEqualTo(ReconnectBackoff.EXHAUSTED);
        ReconnectBackoff endless = new ReconnectBackoff(0, 0, -1, new Random(1));
        for (int i = 0; i < 20_000; i++) {
            assertThat(endless.nextDelayNs()).isEqualTo(SECOND);
        }
    }

    @Test
    void values_outside_their_range_are_refused() { // spec/rtrs.md 10.2
        Random random = new Random(1);
        new ReconnectBackoff(0, 0, 9999, random);
        assertThatThrownBy(() -> new ReconnectBackoff(0, 0, 10000, random))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReconnectBackoff(0, 0, -2, random)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReconnectBackoff(-1, 0, 0, random)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReconnectBackoff(0, -1, 0, random)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void another_limit_counts_from_the_next_attempt_on() {
        ReconnectBackoff backoff = new ReconnectBackoff(0, 0, -1, new Random(1));
        assertThat(backoff.nextDelayNs()).isEqualTo(SECOND);
        backoff.attemptsMax(2);
        assertThat(backoff.nextDelayNs()).isEqualTo(SECOND);
        assertThat(backoff.nextDelayNs()).isEqualTo(ReconnectBackoff.EXHAUSTED);
        backoff.attemptsMax(-1);
        assertThat(backoff.nextDelayNs()).isEqualTo(SECOND);
        assertThatThrownBy(() -> backoff.attemptsMax(-2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> backoff.attemptsMax(10_000)).isInstanceOf(IllegalArgumentException.class);
    }
}
