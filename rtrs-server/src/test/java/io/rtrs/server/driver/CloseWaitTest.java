package io.rtrs.server.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;

/** Who waits for the end of a server waits for its time: that of those who wait with it, or its own. */
@Timeout(60)
class CloseWaitTest {
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(CloseWait.SECONDS);
    private static final long START_NS = 1000;

    private volatile long nowNs = START_NS;
    private volatile long stepNs;

    private final CloseWait wait = new CloseWait(() -> {
        long now = nowNs;
        nowNs = now + stepNs;
        return now;
    });

    /** A thread that waits. */
    private final class Waiter {
        private volatile boolean seen;
        private final Thread thread = Thread.ofPlatform().start(() -> seen = wait.await());

        /** Until it waits; or until it is over, which it should not be. */
        @SuppressWarnings("ThreadPriorityCheck") // there is nothing to be told by
        void awaitWaiting() {
            while (thread.getState() != Thread.State.TIMED_WAITING && thread.getState() != Thread.State.TERMINATED) {
                Thread.yield();
            }
        }

        boolean end() throws InterruptedException {
            thread.join();
            return seen;
        }
    }

    @Test
    void whoComesWhenTheTimeOfOthersIsPastHasItsOwn() throws Exception {
        stepNs = LIMIT_NS + 2;
        assertThat(wait.await()).isFalse();
        stepNs = 0;
        Waiter later = new Waiter();
        later.awaitWaiting();
        assertThat(wait.isOver()).isFalse();
        wait.over();
        assertThat(later.end()).isTrue();
        assertThat(wait.isOver()).isTrue();
    }

    @Test
    void thoseWhoWaitTogetherHaveTheTimeOfTheFirst() throws Exception {
        Waiter first = new Waiter();
        first.awaitWaiting();
        nowNs = START_NS + LIMIT_NS - 1;
        assertThat(wait.await()).isFalse();
        wait.over();
        assertThat(first.end()).isTrue();
    }
}
