package io.rtrs.core.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.ibm.disni.verbs.IbvSendWR;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

class SendCreditsTest {

    @Test
    void everyIntervalthChainIsSignaled() {
        SendCredits credits = new SendCredits(8, 4);
        for (int chain = 1; chain <= 40; chain++) {
            long ticket = credits.nextTicket();
            boolean signaled = credits.flags(ticket) == IbvSendWR.IBV_SEND_SIGNALED;
            credits.posted(ticket);
            assertThat(signaled).as("chain %d", chain).isEqualTo(chain % 4 == 0);
        }
    }

    @Test
    void aFullQueueRefusesAndASignaledCompletionMakesRoom() {
        SendCredits credits = new SendCredits(4, 2);
        for (int i = 0; i < 4; i++) {
            assertThat(credits.tryTake()).isTrue();
        }
        assertThat(credits.tryTake()).isFalse();
        assertThat(credits.tryTake()).isFalse();
        credits.onSignaledCompletion();
        assertThat(credits.available()).isEqualTo(2);
        assertThat(credits.tryTake()).isTrue();
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
            post(credits);
        }
        assertThat(credits.available()).isGreaterThan(interval * (factor - 1));
    }

    /** A post whose completion, if it is signaled, comes at once. */
    private static void post(SendCredits credits) {
        long ticket = credits.nextTicket();
        int flags = credits.flags(ticket);
        credits.posted(ticket);
        if (flags != 0) {
            credits.onSignaledCompletion();
        }
    }

    /** A completion proves nothing of a chain that is not posted yet, so its credit must not come back with it. */
    @Test
    void aSignaledChainWaitsForThoseCountedBeforeIt() throws Exception {
        SendCredits credits = new SendCredits(8, 4);
        AtomicInteger posts = new AtomicInteger();
        AtomicBoolean late = new AtomicBoolean();
        assertThat(credits.tryTake()).isTrue();
        long ticket = credits.nextTicket();
        CompletableFuture<Boolean> lateWasPosted = new CompletableFuture<>();
        Thread other = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 1000 && credits.tryTake(); i++) {
                post(credits);
                if (posts.incrementAndGet() == 3) {
                    lateWasPosted.complete(late.get());
                }
            }
        });
        await().atMost(Duration.ofMinutes(1)).until(() -> posts.get() >= 2);
        late.set(true);
        credits.posted(ticket);
        assertThat(lateWasPosted.get(60, TimeUnit.SECONDS)).isTrue();
        other.join();
        assertThat(posts).hasValue(1000);
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
                for (int left = 2000; left > 0; ) {
                    if (credits.tryTake()) {
                        long ticket = credits.nextTicket();
                        Thread.yield(); // be overtaken
                        int flags = credits.flags(ticket);
                        queue.post(flags);
                        credits.posted(ticket);
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

    /** A send queue whose work is done at once, and whose slots come back with the next signaled completion. */
    private static final class Queue {
        private final SendCredits credits;
        private int held;
        int mostHeld;
        int posted;

        Queue(SendCredits credits) {
            this.credits = credits;
        }

        synchronized void post(int flags) {
            posted++;
            held++;
            mostHeld = Math.max(mostHeld, held);
            if (flags != 0) {
                held = 0;
                credits.onSignaledCompletion();
            }
        }
    }
}
