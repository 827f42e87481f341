package io.rtrs.core.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.disni.verbs.IbvSendWR;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class SendCreditsTest {
    private static final long ID = WorkId.of(WorkId.REQUEST, 7);

    @Test
    void everyIntervalthChainIsSignaled() {
        SendCredits credits = new SendCredits(64, 4);
        for (int chain = 1; chain <= 40; chain++) {
            boolean signaled = post(credits).flags == IbvSendWR.IBV_SEND_SIGNALED;
            assertThat(signaled).as("chain %d", chain).isEqualTo(chain % 4 == 0);
        }
    }

    @Test
    void aSignaledChainKeepsItsKindAndSlot() {
        SendCredits credits = new SendCredits(2, 1);
        FakeSend chain = post(credits);
        assertThat(WorkId.kind(chain.workId)).isEqualTo(WorkId.REQUEST);
        assertThat(WorkId.slot(chain.workId)).isEqualTo(7);
    }

    /** Its report is awaited, so each is; but credits return with those alone that would have been signaled anyway. */
    @Test
    void everyWriteIsReportedAndEveryIntervalthReturnsCredits() {
        SendCredits credits = new SendCredits(64, 4);
        for (int chain = 1; chain <= 40; chain++) {
            FakeSend write = new FakeSend();
            boolean counted = credits.begin(write, 0, WorkId.of(WorkId.WRITE, 7), 0);
            if (!counted) {
                credits.onPosted(1);
            }
            assertThat(write.flags).isEqualTo(IbvSendWR.IBV_SEND_SIGNALED);
            assertThat(counted).as("chain %d", chain).isEqualTo(chain % 4 == 0);
            assertThat(WorkId.kind(write.workId)).isEqualTo(counted ? WorkId.COUNTED_WRITE : WorkId.WRITE);
            assertThat(WorkId.slot(write.workId)).isEqualTo(7);
        }
    }

    @Test
    void aFullQueueRefusesAndASignaledCompletionMakesRoom() {
        SendCredits credits = new SendCredits(4, 2);
        FakeSend last = new FakeSend();
        for (int i = 0; i < 4; i++) {
            assertThat(credits.tryTake()).isTrue();
            last = post(credits);
        }
        assertThat(credits.tryTake()).isFalse();
        assertThat(credits.tryTake()).isFalse();
        credits.onCompletion(last.workId);
        assertThat(credits.available()).isPositive();
        assertThat(credits.tryTake()).isTrue();
    }

    /** Whether it would have been signaled or not: its credit is there at once, and once. */
    @Test
    void aChainThatIsRefusedGivesItsCreditBackOnce() {
        SendCredits credits = new SendCredits(8, 4);
        FakeSend refused = new FakeSend() {
            @Override
            public int post(int first, int count) {
                return 12;
            }
        };
        for (int i = 0; i < 20; i++) {
            assertThat(credits.tryTake()).isTrue();
            assertThat(credits.postOrGiveBack(refused, 0, ID)).isEqualTo(12);
            assertThat(credits.available()).isEqualTo(8);
        }
        FakeSend posted = new FakeSend() {
            @Override
            public int post(int first, int count) {
                return 0;
            }
        };
        for (int i = 0; i < 8; i++) {
            assertThat(credits.tryTake()).isTrue();
            assertThat(credits.postOrGiveBack(posted, 0, ID)).isZero();
        }
        assertThat(credits.available()).isZero();
        credits.onCompletion(posted.workId);
        assertThat(credits.available()).isLessThanOrEqualTo(8);
    }

    /** Nobody knows whether it is in the queue: its credit stays taken, whatever is posted and completed afterwards. */
    @Test
    void aChainWhosePostThrowsKeepsItsCreditForEver() {
        SendCredits credits = new SendCredits(8, 4);
        FakeSend throwing = new FakeSend() {
            @Override
            public int post(int first, int count) {
                throw new IllegalStateException("posting throws for the test");
            }
        };
        assertThat(credits.tryTake()).isTrue();
        assertThatThrownBy(() -> credits.postOrGiveBack(throwing, 0, ID)).isInstanceOf(IllegalStateException.class);
        for (int chain = 0; chain < 100; chain++) {
            assertThat(credits.tryTake()).isTrue();
            complete(credits, post(credits));
            assertThat(credits.available()).isLessThan(8);
        }
    }

    @Test
    void anIntervalThatCouldNeverBeSignaledBeforeTheQueueIsFullIsRefused() {
        assertThatThrownBy(() -> new SendCredits(4, 3)).hasMessageContaining("signal interval 3 for 4 chains");
        assertThatThrownBy(() -> new SendCredits(4, 0)).hasMessageContaining("signal interval 0");
    }

    /** lessons H4: unsignaled posts of an idle session must never fill the queue for good; spec/rtrs.md 19.58. */
    @Property
    void postingForEverNeverRunsOutWhenCompletionsAreReported(
            @ForAll @IntRange(min = 1, max = 64) int interval, @ForAll @IntRange(min = 2, max = 8) int factor) {
        SendCredits credits = new SendCredits(interval * factor, interval);
        for (int chain = 0; chain < 10_000; chain++) {
            assertThat(credits.tryTake()).isTrue();
            complete(credits, post(credits));
        }
        assertThat(credits.available()).isGreaterThan(interval * (factor - 1));
    }

    /** What fails a blocking write: all credits spent while one thread is between ticket and queue. */
    @Property
    void threadsThatStandStillInTheirPostsCostOneCreditEach(
            @ForAll @IntRange(min = 1, max = 32) int interval, @ForAll @IntRange(min = 0, max = 63) int before) {
        SendCredits credits = new SendCredits(2 * interval + 3, interval);
        for (int i = 0; i < before; i++) {
            assertThat(credits.tryTake()).isTrue();
            complete(credits, post(credits));
        }
        for (int still = 0; still < 3; still++) {
            assertThat(credits.tryTake()).isTrue();
            credits.begin(new FakeSend(), 0, ID, 0);
            for (int chain = 0; chain < 1000; chain++) {
                assertThat(credits.tryTake())
                        .as("chain %d beside %d threads that stand still", chain, still + 1)
                        .isTrue();
                complete(credits, post(credits));
            }
        }
    }

    /** A completion proves nothing of a chain that is not posted yet, so its credit must not come back with it. */
    @Property
    void whatIsNotPostedKeepsItsCredit(@ForAll @IntRange(min = 2, max = 32) int interval) {
        SendCredits credits = new SendCredits(2 * interval, interval);
        assertThat(credits.tryTake()).isTrue();
        assertThat(credits.begin(new FakeSend(), 0, ID, 0)).isFalse();
        for (int chain = 0; chain < 10 * interval; chain++) {
            assertThat(credits.tryTake()).isTrue();
            complete(credits, post(credits));
            assertThat(credits.available()).isLessThan(2 * interval);
        }
    }

    /** The thread that began first is the last to post: its completion, with its old mark, returns its own credit alone. */
    @Test
    void anOldMarkReturnsOneCredit() {
        SendCredits credits = new SendCredits(8, 1);
        assertThat(credits.tryTake()).isTrue();
        FakeSend old = new FakeSend();
        assertThat(credits.begin(old, 0, ID, 0)).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(credits.tryTake()).isTrue();
            complete(credits, post(credits));
        }
        credits.onCompletion(old.workId);
        assertThat(credits.available()).isEqualTo(8);
    }

    /** The last credits go with signaled chains, whatever was posted before. */
    @Property
    void anExhaustedQueueHasACompletionToWaitFor(
            @ForAll @IntRange(min = 1, max = 16) int interval, @ForAll @IntRange(min = 0, max = 40) int warmUp) {
        SendCredits credits = new SendCredits(2 * interval, interval);
        for (int i = 0; i < warmUp; i++) {
            assertThat(credits.tryTake()).isTrue();
            complete(credits, post(credits));
        }
        List<FakeSend> begun = new ArrayList<>();
        int unsignaled = 0;
        while (credits.tryTake()) { // all at once: none has returned from its post when the others begin
            FakeSend chain = new FakeSend();
            unsignaled += credits.begin(chain, 0, ID, 0) ? 0 : 1;
            begun.add(chain);
        }
        credits.onPosted(unsignaled);
        begun.forEach(chain -> complete(credits, chain));
        assertThat(credits.tryTake()).isTrue();
        complete(credits, post(credits));
        assertThat(credits.available()).isPositive();
    }

    /** Many threads that answer at once: what is posted and not proven done never exceeds the queue. */
    @Test
    @SuppressWarnings("ThreadPriorityCheck")
    void manyThreadsNeverOverflowTheQueue() throws Exception {
        int chains = 16;
        SendCredits credits = new SendCredits(chains, 8);
        Queue queue = new Queue(credits);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 24; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                FakeSend chain = new FakeSend() {
                    @Override
                    public int post(int first, int count) {
                        Thread.yield(); // be overtaken
                        queue.post(this);
                        return 0;
                    }
                };
                for (int left = 2000; left > 0; ) {
                    if (credits.tryTake()) {
                        credits.post(chain, 0, 0, ID);
                        left--;
                    } else {
                        Thread.yield();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(queue.mostHeld).isBetween(1, chains);
        assertThat(queue.posted).isEqualTo(24 * 2000);
    }

    private static FakeSend post(SendCredits credits) {
        FakeSend chain = new FakeSend() {
            @Override
            public int post(int first, int count) {
                return 0;
            }
        };
        assertThat(credits.post(chain, 0, 0, ID)).isZero();
        return chain;
    }

    private static void complete(SendCredits credits, FakeSend chain) {
        if (chain.flags != 0) {
            credits.onCompletion(chain.workId);
        }
    }

    /** A send queue whose work is done at once, and whose slots come back with the next signaled completion. */
    private static final class Queue {
        private final SendCredits credits;
        private int held;
        int mostHeld;
        int posted;

        Queue(SendCredits credits) {
            this.credits = credits;
        }

        synchronized void post(FakeSend chain) {
            posted++;
            held++;
            mostHeld = Math.max(mostHeld, held);
            if (chain.flags != 0) {
                held = 0;
                credits.onCompletion(chain.workId);
            }
        }
    }
}
