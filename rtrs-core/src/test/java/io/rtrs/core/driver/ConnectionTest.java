package io.rtrs.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.soft.inprocess.InProcessProvider;
import io.rtrs.verbs.VerbsProviders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

class ConnectionTest {

    private static CompletionLoop start(Pair.End end) {
        return end.start(end);
    }

    private static void drain(Pair.End end, CompletionLoop loop) throws InterruptedException {
        loop.drain(end.connection());
        assertThat(end.drained.await(60, TimeUnit.SECONDS)).isTrue();
        loop.stop(end.connection());
        assertThat(loop.join(10_000)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(WaitStrategy.class)
    void immediatesArriveInOrderAndTheDrainReportsEveryReceive(WaitStrategy strategy) throws Exception {
        try (Pair pair = new Pair(0, strategy)) {
            CompletionLoop active = start(pair.active);
            CompletionLoop passive = start(pair.passive);
            for (int i = 0; i < 100; i++) {
                assertThat(pair.active.connection().postImmediate(0x80000000 + i))
                        .isZero();
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                passive.poll(); // does nothing unless the strategy leaves polling to us
                return pair.passive.received.get() == 100;
            });
            for (int i = 0; i < 100; i++) {
                assertThat(pair.passive.immediates.get(i)).isEqualTo(0x80000000 + i);
            }
            drain(pair.active, active);
            drain(pair.passive, passive);
            // All receives of the ring, and the marker.
            assertThat(pair.passive.flushed.get()).isEqualTo(Pair.SLOTS + 1);
            assertThat(pair.passive.failures).isEmpty();
            assertThat(pair.active.failures).isEmpty();
        }
    }

    /** lessons H4: an idle session whose only traffic are unsignaled heartbeats must not fill its send queue. */
    @Test
    void aHundredThousandHeartbeatsFindRoomInTheSendQueue() throws Exception {
        try (Pair pair = new Pair(1, WaitStrategy.INVOKED)) {
            CompletionLoop active = start(pair.active);
            CompletionLoop passive = start(pair.passive);
            for (int i = 0; i < 100_000; i++) {
                assertThat(pair.active.connection().postImmediate(0x80000000))
                        .as("heartbeat %d", i)
                        .isZero();
                passive.poll();
                active.poll();
            }
            assertThat(pair.passive.received.get()).isEqualTo(100_000);
            drain(pair.active, active);
            drain(pair.passive, passive);
        }
    }

    @Test
    void aSendQueueWithoutRoomRefusesAndLosesNothing() throws Exception {
        try (Pair pair = new Pair(2, WaitStrategy.INVOKED)) {
            CompletionLoop active = start(pair.active);
            CompletionLoop passive = start(pair.passive);
            int posted = 0;
            while (pair.active.connection().postImmediate(7) == 0) {
                posted++;
            }
            // Nobody has polled a completion, so exactly the credits are gone.
            assertThat(posted).isEqualTo(pair.active.connection().sizes().chains());
            int expected = posted;
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                passive.poll();
                active.poll();
                return pair.passive.received.get() == expected;
            });
            assertThat(pair.active.connection().credits().available())
                    .isGreaterThan(expected - ConnectionSizes.SERVICE_QUEUE_DEPTH);
            drain(pair.active, active);
            drain(pair.passive, passive);
        }
    }

    @Test
    void activityIsSeenOnceAndOnlyForReceives() throws Exception {
        try (Pair pair = new Pair(3, WaitStrategy.INVOKED)) {
            CompletionLoop active = start(pair.active);
            CompletionLoop passive = start(pair.passive);
            assertThat(pair.passive.connection().takeActivity()).isFalse();
            assertThat(pair.active.connection().postImmediate(1)).isZero();
            await().atMost(Duration.ofMinutes(1)).until(() -> passive.poll() == 1);
            assertThat(pair.passive.connection().takeActivity()).isTrue();
            assertThat(pair.passive.connection().takeActivity()).isFalse();
            assertThat(pair.active.connection().takeActivity()).isFalse();
            drain(pair.active, active);
            drain(pair.passive, passive);
        }
    }

    @Test
    void aDrainedConnectionTakesNoMorePosts() throws Exception {
        try (Pair pair = new Pair(4, WaitStrategy.EVENTS)) {
            CompletionLoop active = start(pair.active);
            drain(pair.active, active);
            assertThat(pair.active.connection().postImmediate(1)).isEqualTo(107);
        }
    }

    @Test
    void closingLeavesNothingBehind() throws Exception {
        InProcessProvider provider = (InProcessProvider) VerbsProviders.named("inprocess");
        int before = provider.liveObjects().total();
        for (int round = 0; round < 20; round++) {
            try (Pair pair = new Pair(5, WaitStrategy.EVENTS)) {
                drain(pair.active, start(pair.active));
                drain(pair.passive, start(pair.passive));
            }
        }
        assertThat(provider.liveObjects().total()).isEqualTo(before);
    }
}
