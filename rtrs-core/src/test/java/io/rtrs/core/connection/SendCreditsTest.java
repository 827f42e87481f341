package io.rtrs.core.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.disni.verbs.IbvSendWR;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SendCreditsTest {

    @Test
    void everyIntervalthChainIsSignaled() {
        SendCredits credits = new SendCredits(8, 4);
        for (int chain = 1; chain <= 40; chain++) {
            boolean signaled = credits.nextFlags() == IbvSendWR.IBV_SEND_SIGNALED;
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
            if (credits.nextFlags() != 0) {
                credits.onSignaledCompletion();
            }
        }
        assertThat(credits.available()).isGreaterThan(interval * (factor - 1));
    }
}
