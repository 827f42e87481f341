package io.rtrs.client.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rtrs.client.request.Request.LetGo;
import io.rtrs.client.request.Request.Taken;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.Status;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A callback is made exactly once, whoever comes first and whichever paths the request took. */
@Timeout(60)
class RequestTest {
    private static final int A = 1;
    private static final int B = 2;
    private static final int C = 3;
    private static final int ABORTED = -103;

    private Request request;
    private final List<Status> called = new ArrayList<>();
    private Runnable whenCalled = () -> {};

    @BeforeEach
    void makeRequest() {
        request = new Request(7);
    }

    private void claim() {
        claim(Direction.WRITE);
    }

    private void claim(Direction direction) {
        PermitSlot permit = new PermitPool(1).tryGet(ConnectionType.IO);
        if (permit == null) {
            throw new AssertionError("a new pool has a permit");
        }
        request.claim();
        request.ask(
                direction,
                permit,
                (p, status) -> {
                    called.add(status);
                    whenCalled.run();
                },
                null,
                0,
                0,
                null);
    }

    private void carryOn(int tag) {
        request.begin(tag);
        request.activate();
    }

    private void postOn(int tag) {
        carryOn(tag);
        request.posted();
    }

    @Test
    void anAnswerIsTakenOnce() {
        claim();
        request.begin(A);
        assertThat(request.takeAnswered(A, 0)).isEqualTo(Taken.STRAY);
        request.activate();
        request.posted();
        assertThat(request.isBusy()).isTrue();
        assertThat(request.isCarriedBy(A)).isTrue();
        assertThat(request.takeAnswered(A, -5)).isEqualTo(Taken.OVER);
        assertThat(request.status()).isEqualTo(-5);
        assertThat(request.isBusy()).isFalse();
        assertThat(request.takeAnswered(A, 0)).isEqualTo(Taken.STRAY);
        assertThat(request.letGo(A)).isEqualTo(LetGo.NOTHING);
        claim();
        request.unclaim();
    }

    @Test
    void anAnswerMayComeBeforeThePostReturns() {
        claim();
        carryOn(A);
        assertThat(request.takeAnswered(A, 0)).isEqualTo(Taken.OVER);
        assertThat(request.isPosting(A)).isTrue();
        assertThat(request.isPosting(B)).isFalse();
        request.posted();
        assertThat(request.isPosting(A)).isFalse();
        claim();
    }

    @Test
    void theNextRequestWaitsForThePostOfTheLast() throws Exception {
        claim();
        carryOn(A);
        assertThat(request.takeAnswered(A, 0)).isEqualTo(Taken.OVER);
        Thread next = Thread.ofPlatform().start(request::claim);
        assertThat(next.join(Duration.ofMillis(20))).isFalse();
        request.posted();
        next.join();
        assertThat(request.isBusy()).isTrue();
    }

    @Test
    void whatWaitsForRoomIsPostedOnceAndAnsweredOnlyThen() {
        claim();
        carryOn(A);
        assertThat(request.awaitRoom(A)).isTrue();
        assertThat(request.isPosting(A)).isFalse();
        assertThat(request.isBusy()).isTrue();
        assertThat(request.takeAnswered(A, 0)).isEqualTo(Taken.STRAY);
        assertThat(request.startSettling(A, 0)).isFalse();
        assertThat(request.resume(B)).isFalse();
        assertThat(request.resume(A)).isTrue();
        assertThat(request.resume(A)).isFalse();
        assertThat(request.isPosting(A)).isTrue();
        request.posted();
        assertThat(request.takeAnswered(A, 0)).isEqualTo(Taken.OVER);
    }

    /** An acknowledgement that is looked for late must not end the permit's next request, whose key is not back yet. */
    @Test
    void whatSettlesWritesAloneLeavesAReadItsInvalidate() {
        claim();
        postOn(A);
        assertThat(request.takeSettledWrite(A)).isEqualTo(Taken.STRAY);
        assertThat(request.startSettling(A, -5)).isTrue();
        assertThat(request.takeSettledWrite(A)).isEqualTo(Taken.OVER);
        assertThat(request.status()).isEqualTo(-5);
        claim(Direction.READ);
        postOn(A);
        assertThat(request.startSettling(A, 0)).isTrue();
        assertThat(request.takeSettledWrite(A)).isEqualTo(Taken.STRAY);
        assertThat(request.takeSettled(A)).isEqualTo(Taken.OVER);
    }

    /** Any thread may find room for it; the path's end has to wait for that thread, which uses the queue pair. */
    @Test
    void whoPostsAnInvalidateThatWaitedHoldsTheCarrierMeanwhile() {
        claim();
        postOn(A);
        assertThat(request.resumeInvalidate(A)).isFalse();
        assertThat(request.startSettling(A, 0)).isTrue();
        assertThat(request.resumeInvalidate(B)).isFalse();
        assertThat(request.resumeInvalidate(A)).isTrue();
        assertThat(request.resumeInvalidate(A)).isFalse();
        assertThat(request.isPosting(A)).isTrue();
        assertThat(request.takeSettled(A)).isEqualTo(Taken.OVER); // done before its post has returned
        assertThat(request.isPosting(A)).isTrue();
        request.posted();
        claim();
    }

    @Test
    void whatWasAnsweredBeforeItWasPostedWaitsForNothing() {
        claim();
        carryOn(A);
        assertThat(request.takeAnswered(A, 0)).isEqualTo(Taken.OVER);
        assertThat(request.awaitRoom(A)).isFalse();
        claim();
    }

    @Test
    void aPermitHasOneRequestAtATimeOnWhateverPath() { // spec/rtrs.md 19.60
        claim();
        assertThatThrownBy(request::claim).isInstanceOf(IllegalStateException.class);
        postOn(A);
        assertThatThrownBy(request::claim)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("permit 7");
        assertThat(request.letGo(A)).isEqualTo(LetGo.HELD);
        assertThatThrownBy(request::claim).isInstanceOf(IllegalStateException.class);
        postOn(B);
        assertThatThrownBy(request::claim).isInstanceOf(IllegalStateException.class);
        assertThat(request.takeAnswered(B, 0)).isEqualTo(Taken.HELD);
        assertThatThrownBy(request::claim).isInstanceOf(IllegalStateException.class);
        assertThat(request.release()).isTrue();
        assertThatThrownBy(request::claim).isInstanceOf(IllegalStateException.class);
        request.callBack();
        claim();
    }

    @Test
    void aPathThatIsClosedJustNowGivesTheClaimBack() {
        claim();
        request.begin(A);
        assertThat(request.isPosting(A)).isTrue();
        request.backOff();
        assertThat(request.isPosting(A)).isFalse();
        assertThat(request.isBusy()).isTrue();
        assertThat(request.letGo(A)).isEqualTo(LetGo.NOTHING);
        request.unclaim();
        assertThat(request.isBusy()).isFalse();
    }

    @Test
    void aFailedPostGivesTheClaimBackUnlessAnAnswerWasFaster() {
        claim();
        carryOn(A);
        assertThat(request.postFailed(A)).isTrue();
        carryOn(B);
        assertThat(request.takeAnswered(B, 0)).isEqualTo(Taken.OVER);
        assertThat(request.postFailed(B)).isFalse();
        claim();
    }

    @Test
    void anInvalidateHasTheDutyUntilItIsDone() {
        claim();
        postOn(A);
        assertThat(request.takeSettled(A)).isEqualTo(Taken.STRAY);
        assertThat(request.startSettling(A, -5)).isTrue();
        assertThat(request.startSettling(A, -6)).isFalse();
        assertThat(request.takeAnswered(A, -6)).isEqualTo(Taken.STRAY);
        assertThat(request.takeSettled(A)).isEqualTo(Taken.OVER);
        assertThat(request.status()).isEqualTo(-5);
        assertThat(request.takeSettled(A)).isEqualTo(Taken.STRAY);
    }

    /** An answer that cannot be true must not become the result when its path is let go. */
    @Test
    void anAnswerThatIsNotBelievedLeavesTheRequestUnanswered() {
        claim();
        postOn(A);
        assertThat(request.startSettling(A, 0)).isTrue();
        request.distrust(B);
        assertThat(request.isCarriedBy(A)).isTrue();
        request.distrust(A);
        assertThat(request.takeSettled(A)).isEqualTo(Taken.STRAY);
        assertThat(request.letGo(A)).isEqualTo(LetGo.HELD);
    }

    // From here on: what a path has let go.

    @Test
    void lateEventsOfThePathThatLetGoDoNotTouchTheNextTurn() {
        claim();
        postOn(A);
        assertThat(request.letGo(A)).isEqualTo(LetGo.HELD);
        assertThat(request.letGo(A)).isEqualTo(LetGo.NOTHING);
        assertThat(request.takeAnswered(A, 0)).isEqualTo(Taken.STRAY); // while it looks for a path
        postOn(B);
        assertThat(request.takeAnswered(A, 0)).isEqualTo(Taken.STRAY);
        assertThat(request.startSettling(A, 0)).isFalse();
        assertThat(request.takeSettled(A)).isEqualTo(Taken.STRAY);
        assertThat(request.resume(A)).isFalse();
        assertThat(request.resumeInvalidate(A)).isFalse();
        assertThat(request.isCarriedBy(A)).isFalse();
        assertThat(request.isCarriedBy(B)).isTrue();
    }

    @Test
    void theAnswerOfTheNewPathWaitsUntilTheOldOneIsQuiet() {
        claim();
        postOn(A);
        assertThat(request.letGo(A)).isEqualTo(LetGo.HELD);
        postOn(B);
        assertThat(request.takeAnswered(B, -5)).isEqualTo(Taken.HELD);
        assertThat(request.isBusy()).isTrue();
        assertThat(request.isCarriedBy(B)).isFalse();
        assertThat(request.takeAnswered(B, 0)).isEqualTo(Taken.STRAY);
        assertThat(request.letGo(B)).isEqualTo(LetGo.NOTHING); // it breaks as well: there is nothing to carry any more
        assertThat(request.release()).isTrue();
        request.callBack();
        assertThat(called).containsExactly(Status.of(-5));
        assertThat(request.isBusy()).isFalse();
    }

    @Test
    void anOldPathThatIsQuietBeforeTheAnswerDelaysNothing() {
        claim();
        postOn(A);
        assertThat(request.letGo(A)).isEqualTo(LetGo.HELD);
        postOn(B);
        assertThat(request.release()).isFalse();
        assertThat(request.takeAnswered(B, 0)).isEqualTo(Taken.OVER);
    }

    @Test
    void aSecondFailoverWaitsForBothPathsThatLetGo() {
        claim();
        postOn(A);
        assertThat(request.letGo(A)).isEqualTo(LetGo.HELD);
        postOn(B);
        assertThat(request.letGo(B)).isEqualTo(LetGo.HELD);
        postOn(C);
        assertThat(request.takeAnswered(C, 0)).isEqualTo(Taken.HELD);
        assertThat(request.release()).isFalse();
        assertThat(request.isBusy()).isTrue();
        assertThat(request.release()).isTrue();
        assertThatThrownBy(request::release).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatWaitedForRoomWasNeverPostedAndIsHeldByNobody() {
        claim();
        carryOn(A);
        assertThat(request.awaitRoom(A)).isTrue();
        assertThat(request.letGo(A)).isEqualTo(LetGo.UNTOUCHED);
        assertThat(request.resume(A)).isFalse();
        postOn(B);
        assertThat(request.takeAnswered(B, 0)).isEqualTo(Taken.OVER);
    }

    /** The server has executed it and said so: sending it again would execute it twice for nothing. */
    @Test
    void anAnswerWhoseInvalidateIsPendingIsTheResultAndIsNotSentAgain() {
        claim();
        postOn(A);
        assertThat(request.startSettling(A, -5)).isTrue();
        assertThat(request.letGo(A)).isEqualTo(LetGo.ANSWERED);
        assertThat(request.resumeInvalidate(A)).isFalse();
        assertThat(request.takeSettled(A)).isEqualTo(Taken.STRAY); // it came back flushed
        assertThat(request.release()).isTrue();
        assertThat(request.status()).isEqualTo(-5);
    }

    /** Who found room just when the path ended still uses its work requests. */
    @Test
    void lettingGoWaitsForAThreadThatFoundRoom() throws Exception {
        claim();
        carryOn(A);
        assertThat(request.awaitRoom(A)).isTrue();
        assertThat(request.resume(A)).isTrue();
        List<LetGo> result = new ArrayList<>();
        Thread control = Thread.ofPlatform().start(() -> result.add(request.letGo(A)));
        assertThat(control.join(Duration.ofMillis(20))).isFalse();
        request.posted();
        control.join();
        assertThat(result).containsExactly(LetGo.HELD);
    }

    @Test
    void aRequestThatNoPathTakesEndsWhenNothingHoldsItsMemory() {
        claim();
        postOn(A);
        assertThat(request.letGo(A)).isEqualTo(LetGo.HELD);
        assertThat(request.fail(ABORTED)).isFalse();
        assertThat(request.isBusy()).isTrue();
        assertThat(request.release()).isTrue();
        request.callBack();
        assertThat(called).containsExactly(Status.of(ABORTED));
    }

    /** The callbacks of a path that ends are made one after the other, and one of the user's may take its time. */
    @Test
    void aRequestThatIsOverIsBusyUntilItsCallbackBegins() {
        claim();
        postOn(A);
        assertThat(request.letGo(A)).isEqualTo(LetGo.HELD);
        assertThat(request.fail(ABORTED)).isFalse();
        assertThat(request.release()).isTrue();
        assertThat(request.isBusy()).isTrue();
        assertThatThrownBy(this::claim).isInstanceOf(IllegalStateException.class);
        List<Boolean> busy = new ArrayList<>();
        whenCalled = () -> busy.add(request.isBusy());
        request.callBack();
        assertThat(called).containsExactly(Status.of(ABORTED));
        assertThat(busy).containsExactly(false);
    }

    @Test
    void aRequestThatNobodyHasPostedAndNoPathTakesIsHeldByThePathThatLetItGo() {
        claim();
        carryOn(A);
        assertThat(request.awaitRoom(A)).isTrue();
        assertThat(request.letGo(A)).isEqualTo(LetGo.UNTOUCHED);
        assertThat(request.fail(ABORTED)).isTrue();
        assertThat(request.isBusy()).isTrue();
        assertThat(request.release()).isTrue();
        request.callBack();
        assertThat(called).containsExactly(Status.of(ABORTED));
        assertThat(request.isBusy()).isFalse();
    }

    @Test
    void whatIsWrittenIsCopiedOnlyByWhoHasTheClaim() {
        claim();
        postOn(A);
        assertThatThrownBy(request::claim).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> request.fill(MemorySegment.NULL)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void ofAllWhoWantToEndARequestOneDoes() throws Exception {
        for (int round = 0; round < 500; round++) {
            makeRequest();
            claim();
            carryOn(A);
            boolean invalidating = round % 3 == 0;
            if (invalidating) {
                request.startSettling(A, 0);
            }
            AtomicInteger winners = new AtomicInteger();
            CyclicBarrier start = new CyclicBarrier(4);
            BooleanSupplier answer = () -> request.takeAnswered(A, 0) == Taken.OVER;
            List<BooleanSupplier> ways = List.of(
                    answer,
                    () -> request.letGo(A) != LetGo.NOTHING,
                    invalidating ? () -> request.takeSettled(A) == Taken.OVER : answer,
                    () -> {
                        request.posted();
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
            assertThat(request.isCarriedBy(A)).isFalse();
            assertThat(request.isPosting(A)).isFalse();
        }
    }
}
