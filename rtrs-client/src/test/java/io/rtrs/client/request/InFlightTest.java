package io.rtrs.client.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A callback is made exactly once, whoever comes first. */
@Timeout(60)
class InFlightTest {
    private InFlight entry;

    @BeforeEach
    @SuppressWarnings("NullAway") // the state alone is at work here
    void makeEntry() {
        entry = new InFlight(7, 0, null, null, null, null);
    }

    @Test
    void anAnswerIsTakenOnce() {
        entry.claim();
        assertThat(entry.takeAnswered()).isFalse();
        entry.activate();
        entry.posted();
        assertThat(entry.isActive()).isTrue();
        assertThat(entry.takeAnswered()).isTrue();
        assertThat(entry.takeAnswered()).isFalse();
        assertThat(entry.takeFailed()).isFalse();
        entry.claim();
        entry.unclaim();
    }

    @Test
    void anAnswerMayComeBeforeThePostReturns() {
        entry.claim();
        entry.activate();
        assertThat(entry.takeAnswered()).isTrue();
        assertThat(entry.isPosting()).isTrue();
        entry.posted();
        assertThat(entry.isPosting()).isFalse();
        entry.claim();
    }

    @Test
    void theNextRequestWaitsForThePostOfTheLast() throws Exception {
        entry.claim();
        entry.activate();
        assertThat(entry.takeAnswered()).isTrue();
        Thread next = Thread.ofPlatform().start(entry::claim);
        assertThat(next.join(Duration.ofMillis(20))).isFalse();
        entry.posted();
        next.join();
        assertThat(entry.isPosting()).isTrue();
    }

    @Test
    void whatWaitsForRoomIsPostedOnceAndAnsweredOnlyThen() {
        entry.claim();
        entry.activate();
        assertThat(entry.awaitRoom()).isTrue();
        assertThat(entry.isPosting()).isFalse();
        assertThat(entry.isActive()).isTrue();
        assertThat(entry.takeAnswered()).isFalse();
        assertThat(entry.startInvalidate(0)).isFalse();
        assertThat(entry.resume()).isTrue();
        assertThat(entry.resume()).isFalse();
        assertThat(entry.isPosting()).isTrue();
        entry.posted();
        assertThat(entry.takeAnswered()).isTrue();
    }

    @Test
    void whatWaitsForRoomWhenThePathGoesIsCalledBackAndNotPosted() {
        entry.claim();
        entry.activate();
        assertThat(entry.awaitRoom()).isTrue();
        assertThat(entry.takeFailed()).isTrue();
        assertThat(entry.resume()).isFalse();
    }

    /** Any thread may find room for it; the path's end has to wait for that thread, which uses the queue pair. */
    @Test
    void whoPostsAnInvalidateThatWaitedHoldsTheEntryMeanwhile() {
        entry.claim();
        entry.activate();
        entry.posted();
        assertThat(entry.resumeInvalidate()).isFalse();
        assertThat(entry.startInvalidate(0)).isTrue();
        assertThat(entry.resumeInvalidate()).isTrue();
        assertThat(entry.resumeInvalidate()).isFalse();
        assertThat(entry.isPosting()).isTrue();
        assertThat(entry.takeInvalidated()).isTrue(); // done before its post has returned
        assertThat(entry.isPosting()).isTrue();
        entry.posted();
        entry.claim();
    }

    @Test
    void anInvalidateThatWaitsWhenThePathGoesIsNotPosted() {
        entry.claim();
        entry.activate();
        entry.posted();
        assertThat(entry.startInvalidate(0)).isTrue();
        assertThat(entry.takeFailed()).isTrue();
        assertThat(entry.resumeInvalidate()).isFalse();
    }

    @Test
    void whatWasAnsweredBeforeItWasPostedWaitsForNothing() {
        entry.claim();
        entry.activate();
        assertThat(entry.takeAnswered()).isTrue();
        assertThat(entry.awaitRoom()).isFalse();
        entry.claim();
    }

    @Test
    void aPermitHasOneRequestAtATime() { // 19.60
        entry.claim();
        entry.activate();
        entry.posted();
        assertThatThrownBy(entry::claim)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("permit 7");
    }

    @Test
    void aFailedPostOwesACallbackOnlyIfSomebodyTookIt() {
        entry.claim();
        entry.activate();
        assertThat(entry.postFailed()).isTrue();
        entry.claim();
        entry.activate();
        assertThat(entry.takeFailed()).isTrue();
        assertThat(entry.postFailed()).isFalse();
        entry.claim();
    }

    @Test
    void anInvalidateHasTheDutyUntilItIsDoneOrThePathGoes() {
        entry.claim();
        entry.activate();
        entry.posted();
        assertThat(entry.takeInvalidated()).isFalse();
        assertThat(entry.isActive()).isTrue();
        assertThat(entry.startInvalidate(-5)).isTrue();
        assertThat(entry.answeredStatus).isEqualTo(-5);
        assertThat(entry.startInvalidate(-6)).isFalse();
        assertThat(entry.answeredStatus).isEqualTo(-5);
        assertThat(entry.takeAnswered()).isFalse();
        assertThat(entry.takeInvalidated()).isTrue();
        assertThat(entry.takeFailed()).isFalse();
    }

    @Test
    void ofAllWhoWantToEndARequestOneDoes() throws Exception {
        for (int round = 0; round < 500; round++) {
            makeEntry();
            entry.claim();
            entry.activate();
            if (round % 3 == 0) {
                entry.startInvalidate(0);
            }
            AtomicInteger winners = new AtomicInteger();
            CyclicBarrier start = new CyclicBarrier(4);
            List<BooleanSupplier> ways = List.of(
                    entry::takeAnswered,
                    entry::takeFailed,
                    round % 3 == 0 ? entry::takeInvalidated : entry::takeAnswered,
                    () -> {
                        entry.posted();
                        return false;
                    });
            List<Thread> threads = new ArrayList<>();
            for (BooleanSupplier way : ways) {
                threads.add(Thread.ofPlatform().start(() -> {
                    try {
                        start.await();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    if (way.getAsBoolean()) {
                        winners.incrementAndGet();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(winners).hasValue(1);
            assertThat(entry.isActive()).isFalse();
            assertThat(entry.isPosting()).isFalse();
        }
    }
}
