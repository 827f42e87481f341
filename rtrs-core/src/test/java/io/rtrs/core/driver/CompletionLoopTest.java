package io.rtrs.core.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ibm.disni.verbs.IbvWC;
import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.WorkId;
import io.rtrs.core.work.WaitStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What a handler may do to the thread that calls it. */
@Timeout(300)
class CompletionLoopTest {

    /** Does something before each receive is noted. */
    private static class Before implements CompletionHandler {
        private final CompletionHandler to;
        private final Runnable what;

        Before(CompletionHandler to, Runnable what) {
            this.to = to;
            this.what = what;
        }

        @Override
        public void onCompletion(Connection connection, IbvWC completion) {
            if (completion.getStatus() == Connection.SUCCESS && WorkId.kind(completion.getWr_id()) == WorkId.RECEIVE) {
                what.run();
            }
            to.onCompletion(connection, completion);
        }

        @Override
        public void onFailure(Connection connection, String reason, int errno) {
            to.onFailure(connection, reason, errno);
        }

        @Override
        public void onDrained(Connection connection) {
            to.onDrained(connection);
        }
    }

    private static final class Escaping extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("has no text either");
        }
    }

    @Test
    void anErrorThatEscapesACallersPollFailsTheConnectionOnce() throws Exception {
        try (Pair pair = new Pair(6, WaitStrategy.INVOKED)) {
            Runnable fails = () -> {
                throw new Escaping();
            };
            CompletionLoop loop = start(pair.passive, new Before(pair.passive, fails));
            for (int i = 0; i < 8; i++) {
                assertThat(pair.active.connection().postImmediate(i)).isZero();
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                loop.poll();
                return !pair.passive.failures.isEmpty();
            });
            assertThat(loop.poll()).isZero();
            assertThat(pair.passive.failures).singleElement().asString().contains("Escaping");
            assertThat(pair.passive.received).hasValue(0);
            loop.drain(pair.passive.connection());
            assertThat(loop.join(60_000)).isTrue();
            assertThat(pair.passive.failures).hasSize(1);
        }
    }

    @Test
    void aLoopThatIsInterruptedGoesOn() throws Exception {
        for (WaitStrategy strategy : new WaitStrategy[] {WaitStrategy.EVENTS, WaitStrategy.SPIN_THEN_EVENTS}) {
            try (Pair pair = new Pair(7, strategy)) {
                Runnable interrupts = () -> Thread.currentThread().interrupt();
                CompletionLoop loop = start(pair.passive, new Before(pair.passive, interrupts));
                for (int i = 1; i <= 20; i++) {
                    assertThat(pair.active.connection().postImmediate(i)).isZero();
                    int expected = i;
                    await().atMost(Duration.ofMinutes(1)).until(() -> pair.passive.received.get() == expected);
                }
                drain(pair.passive, loop);
                assertThat(pair.passive.failures).isEmpty();
            }
        }
    }

    /** On one processor a spinning thread would take it from the one that it waits for. */
    @Test
    void theThreadThatDrainsSleepsWhileACallerIsInItsCallback() throws Exception {
        CountDownLatch inCallback = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (Pair pair = new Pair(8, WaitStrategy.INVOKED)) {
            Runnable blocks = () -> {
                inCallback.countDown();
                awaitUninterruptibly(release);
            };
            CompletionLoop loop = start(pair.passive, new Before(pair.passive, blocks));
            assertThat(pair.active.connection().postImmediate(1)).isZero();
            Thread caller = Thread.ofPlatform().daemon().start(() -> {
                while (inCallback.getCount() > 0) {
                    loop.poll();
                }
            });
            assertThat(inCallback.await(60, TimeUnit.SECONDS)).isTrue();
            loop.drain(pair.passive.connection());
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .anyMatch(t -> t.getName().equals(NAME) && t.getState() == Thread.State.TIMED_WAITING));
            release.countDown();
            caller.join();
            drain(pair.passive, loop);
        } finally {
            release.countDown();
        }
    }

    /** It would have nothing to do, and a machine that has no thread left could not even close the path. */
    @Test
    void nothingIsStartedToDrainAConnectionThatHasLeft() throws Exception {
        List<String> started = new ArrayList<>();
        try (Pair pair = new Pair(17, WaitStrategy.INVOKED)) {
            CompletionLoop[] polled = new CompletionLoop[1];
            CompletionHandler handler = new Before(pair.passive, () -> {}) {
                @Override
                public void onEnded(Connection connection) {
                    polled[0].drain(connection); // a thread that started now could not end before this call returns
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .filter(NAME::equals)
                            .forEach(started::add);
                    pair.passive.onEnded(connection);
                }
            };
            polled[0] = start(pair.passive, handler);
            polled[0].stop(pair.passive.connection());
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                polled[0].poll();
                return pair.passive.ended.getCount() == 0;
            });
        }
        assertThat(started).isEmpty();
    }

    @Test
    void anInvokedLoopTurnsInItsCallersThreadAloneAndTellsItsEndOnce() throws Exception {
        try (Pair pair = new Pair(10, CompletionLoop.invoked(NAME), CompletionLoop.invoked(NAME))) {
            List<String> ended = new ArrayList<>();
            Thread self = Thread.currentThread();
            CompletionLoop[] turned = new CompletionLoop[1];
            CompletionHandler handler =
                    new Before(pair.passive, () -> {
                        assertThat(Thread.currentThread()).isSameAs(self);
                        assertThat(turned[0].isCurrentThread()).isTrue();
                    }) {
                        @Override
                        public void onEnded(Connection connection) {
                            ended.add("con " + connection.cid());
                        }
                    };
            CompletionLoop loop = start(pair.passive, handler);
            turned[0] = loop;
            assertThat(loop.turn(1)).isFalse();
            assertThat(loop.isCurrentThread()).isFalse();
            for (int i = 0; i < 3; i++) {
                assertThat(pair.active.connection().postImmediate(i)).isZero();
            }
            turnUntil(loop, () -> pair.passive.received.get() == 3);
            assertThat(pair.passive.failures).isEmpty();
            loop.drain(pair.passive.connection());
            turnUntil(loop, () -> pair.passive.drained.getCount() == 0);
            assertThat(loop.join(1)).isFalse();
            loop.stop(pair.passive.connection());
            assertThat(ended).isEmpty();
            assertThat(loop.turn(2)).isFalse();
            assertThat(loop.turn(3)).isFalse();
            assertThat(ended).containsExactly("con 0");
            assertThat(loop.join(1)).isTrue();
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(t -> t.getName().equals(NAME));
        }
    }

    @Test
    void connectionsOfOneQueueAreToldApartAndEndEachByItself() throws Exception {
        try (Pair first = new Pair(13, WaitStrategy.EVENTS);
                Pair second = new Pair(14, first)) {
            first.passive.start(first.passive);
            second.passive.start(second.passive);
            assertThat(second.passive.queue).isSameAs(first.passive.queue);
            for (int i = 1; i <= 50; i++) {
                assertThat(first.active.connection().postImmediate(i)).isZero();
                assertThat(second.active.connection().postImmediate(1000 + i)).isZero();
            }
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> first.passive.received.get() == 50 && second.passive.received.get() == 50);
            assertThat(first.passive.immediates).first().isEqualTo(1);
            assertThat(second.passive.immediates).first().isEqualTo(1001);
            end(first.passive);
            assertThat(first.passive.flushed).hasValue(Pair.SLOTS + 1);
            assertThat(second.passive.flushed).hasValue(0);
            assertThat(second.active.connection().postImmediate(2000)).isZero();
            await().atMost(Duration.ofMinutes(1)).until(() -> second.passive.received.get() == 51);
            end(second.passive);
            assertThat(first.passive.loop.join(60_000)).isTrue();
            assertThat(second.passive.failures).isEmpty();
        }
    }

    @Test
    void anErrorThatEscapesOneConnectionsHandlerEndsNoOther() throws Exception {
        try (Pair first = new Pair(15, WaitStrategy.EVENTS);
                Pair second = new Pair(16, first)) {
            first.passive.start(
                    new Before(first.passive, () -> {
                        throw new Escaping();
                    }) {
                        @Override
                        public void onEnded(Connection connection) {
                            first.passive.onEnded(connection);
                        }
                    });
            second.passive.start(second.passive);
            assertThat(first.active.connection().postImmediate(1)).isZero();
            assertThat(first.passive.ended.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(first.passive.failures).singleElement().asString().contains("Escaping");
            assertThat(second.active.connection().postImmediate(2)).isZero();
            await().atMost(Duration.ofMinutes(1)).until(() -> second.passive.received.get() == 1);
            assertThat(second.passive.failures).isEmpty();
            end(second.passive);
            assertThat(second.passive.loop.join(60_000)).isTrue();
        }
    }

    private static void end(Pair.End end) throws InterruptedException {
        end.loop.drain(end.connection());
        assertThat(end.drained.await(60, TimeUnit.SECONDS)).isTrue();
        end.loop.stop(end.connection());
        assertThat(end.ended.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anErrorThatEscapesATurnEndsTheLoop() throws Exception {
        try (Pair pair = new Pair(11, CompletionLoop.invoked(NAME), CompletionLoop.invoked(NAME))) {
            CountDownLatch ended = new CountDownLatch(1);
            CompletionHandler fails =
                    new Before(pair.passive, () -> {
                        throw new Escaping();
                    }) {
                        @Override
                        public void onEnded(Connection connection) {
                            ended.countDown();
                        }
                    };
            CompletionLoop loop = start(pair.passive, fails);
            assertThat(pair.active.connection().postImmediate(1)).isZero();
            turnUntil(loop, () -> ended.getCount() == 0);
            assertThat(pair.passive.failures).singleElement().asString().contains("Escaping");
        }
    }

    @Test
    void aLoopWithAThreadIsNotTurnedByOthers() throws Exception {
        try (Pair pair = new Pair(12, WaitStrategy.EVENTS)) {
            CompletionLoop loop = start(pair.passive, pair.passive);
            assertThatThrownBy(() -> loop.turn(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(NAME);
            drain(pair.passive, loop);
        }
    }

    private static void turnUntil(CompletionLoop loop, BooleanSupplier there) {
        while (!there.getAsBoolean()) {
            loop.turn(0);
            Thread.onSpinWait();
        }
    }

    @Test
    void aControlLoopThatIsInterruptedGoesOn() throws Exception {
        try (Pair pair = new Pair(9, WaitStrategy.EVENTS)) {
            for (int i = 0; i < 20; i++) {
                CountDownLatch ran = new CountDownLatch(1);
                pair.control().execute(() -> Thread.currentThread().interrupt());
                pair.control().execute(ran::countDown);
                assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(pair.failed()).isFalse();
        }
    }

    private static final String NAME = Pair.NAME;

    private static CompletionLoop start(Pair.End end, CompletionHandler handler) {
        return end.start(handler);
    }

    private static void drain(Pair.End end, CompletionLoop loop) throws InterruptedException {
        loop.drain(end.connection());
        assertThat(end.drained.await(60, TimeUnit.SECONDS)).isTrue();
        loop.stop(end.connection());
        assertThat(loop.join(60_000)).isTrue();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
