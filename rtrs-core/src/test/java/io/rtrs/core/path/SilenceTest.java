package io.rtrs.core.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.LocalTime;

class SilenceTest {
    private static final LocalTime NOW = LocalTime.of(0, 0, 20, 500_000_000);
    private static final long SECOND = 1_000_000_000L;

    @Test
    void a_silence_is_told_with_its_begin_and_its_length() {
        assertThat(Silence.lastHeard(31 * SECOND, NOW)).isEqualTo("last heard at 23:59:49, 31 s ago");
        assertThat(Silence.lastHeard(SECOND / 2, NOW)).isEqualTo("last heard at 00:00:20, 0.5 s ago");
        assertThat(Silence.lastHeard(Silence.UNKNOWN, NOW)).isEmpty();
    }

    @Test
    void missed_heartbeats_are_told_with_what_the_transport_knows() {
        assertThat(Silence.heartbeatsMissed("the server", 30 * SECOND, 33 * SECOND, NOW))
                .isEqualTo("the server has been silent since 23:59:47, for 33 s: heartbeats missed");
        assertThat(Silence.heartbeatsMissed("the server", 30 * SECOND, Silence.UNKNOWN, NOW))
                .isEqualTo("the server has been silent for more than 30 s: heartbeats missed");
        assertThat(Silence.heartbeatsMissed("the client", 30 * SECOND, SECOND, NOW))
                .isEqualTo("the client has sent no message for more than 30 s, though its transport answers"
                        + " (last heard at 00:00:19, 1.0 s ago): heartbeats missed");
    }
}
