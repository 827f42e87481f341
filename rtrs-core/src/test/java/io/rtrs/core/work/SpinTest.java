package io.rtrs.core.work;

import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

class SpinTest {

    @Test
    void whoWaitsForLongSleepsInBetween() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread waiter = Thread.ofPlatform().daemon().start(() -> {
            for (int steps = 0; !over.get(); ) {
                steps = Spin.pause(steps);
            }
        });
        await().atMost(Duration.ofMinutes(1)).until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
        over.set(true);
        waiter.join();
    }
}
