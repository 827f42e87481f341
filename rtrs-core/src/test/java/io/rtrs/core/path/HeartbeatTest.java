package io.rtrs.core.path;

import static io.rtrs.core.path.Heartbeat.Action.DEAD;
import static io.rtrs.core.path.Heartbeat.Action.NONE;
import static io.rtrs.core.path.Heartbeat.Action.SEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.core.path.Heartbeat.Action;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** spec/rtrs.md 12, in virtual time. */
class HeartbeatTest {
    private static final long SECOND = 1_000_000_000L;

    /** Near the overflow of the clock, so that each comparison must be by subtraction. */
    private static final long START = Math.subtractExact(Long.MAX_VALUE, 7 * SECOND);

    private final Heartbeat heartbeat = new Heartbeat();

    @Test
    void the_first_heartbeat_goes_out_one_interval_after_the_start() {
        heartbeat.start(START);
        assertThat(heartbeat.nextDeadlineNs()).isEqualTo(START + 5 * SECOND);
        assertThat(heartbeat.onTick(START + 5 * SECOND - 1)).isEqualTo(NONE);
        assertThat(heartbeat.onTick(START + 5 * SECOND)).isEqualTo(SEND);
        assertThat(heartbeat.onTick(START + 5 * SECOND)).isEqualTo(NONE);
    }

    @Test
    void an_idle_but_living_peer_gets_one_heartbeat_per_interval_for_hours() { // spec/rtrs.md 19.80, lessons H4
        heartbeat.start(START);
        for (long i = 1; i <= 5000; i++) {
            assertThat(heartbeat.onTick(at(5 * i))).isEqualTo(SEND);
            heartbeat.onAck(at(5 * i) + 1000);
        }
    }

    @Test
    void a_peer_that_stops_answering_gets_one_heartbeat_and_is_dead_30_seconds_later() { // spec/rtrs.md 19.81
        heartbeat.start(START);
        List<Action> actions = new ArrayList<>();
        for (long i = 1; i <= 7; i++) {
            actions.add(heartbeat.onTick(at(5 * i)));
        }
        assertThat(actions).containsExactly(SEND, NONE, NONE, NONE, NONE, NONE, DEAD);
        assertThat(heartbeat.isRunning()).isFalse();
        assertThat(heartbeat.onTick(at(40))).isEqualTo(NONE);
    }

    @Property
    void death_comes_30_to_35_seconds_after_the_last_message( // spec/rtrs.md 19.81
            @ForAll @LongRange(min = 0, max = 100 * SECOND) long lastMessage) {
        // A message a millisecond for as long as the peer lives; then silence.
        Heartbeat silent = new Heartbeat();
        silent.start(START);
        Action action = NONE;
        long lastTick = START;
        while (action != DEAD) {
            long now = silent.nextDeadlineNs();
            if (lastMessage - (lastTick - START) > 0) {
                silent.onActivity();
            }
            action = silent.onTick(now);
            lastTick = now;
        }
        long sinceLastMessage = lastTick - START - lastMessage;
        assertThat(sinceLastMessage).isBetween(30 * SECOND, 35 * SECOND);
    }

    @Test
    void traffic_alone_keeps_the_peer_alive() { // spec/rtrs.md 19.82, lessons H2
        heartbeat.start(START);
        for (long i = 1; i <= 100; i++) {
            heartbeat.onActivity();
            assertThat(heartbeat.onTick(at(5 * i))).isEqualTo(SEND);
        }
    }

    @Test
    void a_sign_of_life_at_the_last_moment_saves_the_peer() {
        heartbeat.start(START);
        for (long i = 1; i <= 6; i++) {
            assertThat(heartbeat.onTick(at(5 * i))).isNotEqualTo(DEAD);
        }
        heartbeat.onActivity();
        assertThat(heartbeat.onTick(at(35))).isEqualTo(SEND);
    }

    @Test
    void what_was_missed_before_a_reconnect_is_forgotten() { // lessons H1
        heartbeat.start(START);
        for (long i = 1; i <= 6; i++) {
            heartbeat.onTick(at(5 * i));
        }
        heartbeat.stop();
        assertThat(heartbeat.onTick(at(35))).isEqualTo(NONE);
        heartbeat.start(at(40));
        assertThat(heartbeat.onTick(at(45))).isEqualTo(SEND);
        assertThat(heartbeat.onTick(at(50))).isEqualTo(NONE);
    }

    @Test
    void activity_before_the_start_does_not_count() {
        heartbeat.onActivity();
        heartbeat.start(START);
        List<Action> actions = new ArrayList<>();
        for (long i = 1; i <= 7; i++) {
            actions.add(heartbeat.onTick(at(5 * i)));
        }
        assertThat(actions.getLast()).isEqualTo(DEAD);
    }

    @Test
    void nothing_is_sent_before_the_path_is_connected() { // lessons H3
        assertThat(heartbeat.onTick(at(100))).isEqualTo(NONE);
    }

    @Test
    void the_latency_is_0_before_the_first_answer_and_survives_a_reconnect() { // spec/rtrs.md 19.83
        heartbeat.start(START);
        assertThat(heartbeat.latencyNs()).isZero();
        assertThat(heartbeat.onTick(at(5))).isEqualTo(SEND);
        assertThat(heartbeat.onAck(at(5) + 4321)).isEqualTo(4321);
        heartbeat.stop();
        heartbeat.start(at(20));
        assertThat(heartbeat.latencyNs()).isEqualTo(4321);
    }

    @Test
    void an_answer_that_nobody_waits_for_does_not_change_the_latency() {
        heartbeat.start(START);
        assertThat(heartbeat.onAck(at(1))).isZero();
        heartbeat.onTick(at(5));
        heartbeat.onAck(at(5) + 10);
        assertThat(heartbeat.onAck(at(9))).isEqualTo(10);
    }

    @Test
    void a_late_tick_counts_once_however_late() {
        heartbeat.start(START);
        assertThat(heartbeat.onTick(at(1000))).isEqualTo(SEND);
        assertThat(heartbeat.nextDeadlineNs()).isEqualTo(at(1005));
    }

    @Test
    void interval_and_tolerance_are_configurable_within_reason() {
        Heartbeat quick = new Heartbeat(10, 1);
        quick.start(0);
        assertThat(quick.onTick(10)).isEqualTo(SEND);
        assertThat(quick.onTick(20)).isEqualTo(NONE);
        assertThat(quick.onTick(30)).isEqualTo(DEAD);
        assertThatThrownBy(() -> new Heartbeat(0, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Heartbeat(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static long at(long seconds) {
        return START + seconds * SECOND;
    }
}
