package io.rtrs.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RefusedException;
import io.rtrs.core.error.RtrsException;
import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

class OpenRetryTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - SECOND; // so that time wraps

    private final RtrsException busy = new RefusedException(Errno.EBUSY, "half-open paths = 64");

    @Test
    void a_busy_server_is_asked_again_ever_later_until_the_time_is_over() {
        OpenRetry retry = new OpenRetry(START, 30 * SECOND, new Random(1));
        long now = START;
        int attempts = 0;
        for (long pause = retry.pauseNs(busy, now); pause != OpenRetry.NEVER; pause = retry.pauseNs(busy, now)) {
            assertThat(pause).isBetween(25_000_000L, SECOND * 3 / 2);
            now += pause;
            attempts++;
        }
        assertThat(now - START).isBetween(28 * SECOND, 30 * SECOND);
        assertThat(attempts).isBetween(20, 60);
    }

    @Test
    void those_who_were_refused_together_do_not_come_together_again() {
        Set<Long> pauses = new HashSet<>();
        for (int client = 0; client < 100; client++) {
            pauses.add(new OpenRetry(START, 30 * SECOND, new Random(client)).pauseNs(busy, START) / 1_000_000);
        }
        assertThat(pauses).hasSizeGreaterThan(20); // of 50 ms
    }

    @Test
    void what_a_moment_does_not_change_stands() {
        OpenRetry retry = new OpenRetry(START, 30 * SECOND, new Random(1));
        assertThat(retry.pauseNs(new RefusedException(Errno.ECONNREFUSED, "nobody listens"), START))
                .isEqualTo(OpenRetry.NEVER);
        assertThat(retry.pauseNs(new RefusedException(Errno.EEXIST, "joined already"), START))
                .isEqualTo(OpenRetry.NEVER);
        assertThat(retry.pauseNs(new RtrsException(Errno.EBUSY, "a device here"), START))
                .as("nobody refused")
                .isEqualTo(OpenRetry.NEVER);
    }
}
