package io.rtrs.core.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.disni.verbs.IbvSendWR;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Chains that are gathered and posted at once keep the books of the send queue (spec/rtrs.md 4.7). */
class DoorbellTest {
    private static final int EIO = 5;

    private final SendCredits credits = new SendCredits(64, 8);
    private final Batch batch = new Batch();
    private final AtomicInteger told = new AtomicInteger();
    private final Doorbell doorbell = new Doorbell(credits, batch);

    @Test
    void nothingIsPostedBeforeItRings() {
        gather(3);
        assertThat(batch.posts).isEmpty();
        assertThat(told).hasValue(0);
        assertThat(doorbell.ring()).isZero();
        assertThat(batch.posts).containsExactly(3);
        assertThat(told).hasValue(3);
        assertThat(doorbell.ring()).isZero();
        assertThat(batch.posts).containsExactly(3);
    }

    @Test
    void itRingsByItselfWhenItIsFull() {
        gather(Doorbell.MOST - 1);
        assertThat(batch.posted).isEmpty();
        gather(1);
        assertThat(batch.posted).hasSize(Doorbell.MOST);
    }

    @Test
    void oneOfEachIntervalIsSignaledAndAllAreCounted() {
        for (int round = 0; round < 10; round++) {
            gather(Doorbell.MOST);
            assertThat(batch.posts).hasSize(round + 1);
            batch.posted.stream()
                    .skip((long) round * Doorbell.MOST)
                    .filter(c -> c.flags == IbvSendWR.IBV_SEND_SIGNALED)
                    .forEach(c -> credits.onCompletion(c.workId));
        }
        assertThat(batch.signaledAt).hasSize(10 * Doorbell.MOST / 8);
        assertThat(batch.signaledAt).allMatch(at -> at % 8 == 7);
        assertThat(credits.available()).isEqualTo(64);
    }

    @Test
    void chainsWithoutCreditKeepTheirFlagsAndAreNotCounted() {
        FakeSend revoke = new FakeSend();
        revoke.flags = 77;
        doorbell.gather(revoke, 0, 0, Doorbell.UNCOUNTED, null);
        gather(7);
        assertThat(doorbell.ring()).isZero();
        assertThat(revoke.flags).isEqualTo(77);
        assertThat(batch.signaledAt).isEmpty();
        gather(1);
        assertThat(doorbell.ring()).isZero();
        assertThat(batch.signaledAt).containsExactly(8); // the eighth with a credit
    }

    @Test
    void afterAFailureItIsEmptyAndTellsEverybody() {
        batch.errno = EIO;
        gather(3);
        assertThat(doorbell.ring()).isEqualTo(EIO);
        assertThat(told).hasValue(3);
        assertThat(doorbell.ring()).isZero();
        assertThat(batch.posts).containsExactly(3);
    }

    @Test
    void afterACallThatThrowsItIsEmptyAndTellsEverybody() {
        batch.thrown = new OutOfMemoryError("for the test");
        gather(2);
        assertThat(credits.tryTake()).isTrue();
        doorbell.gather(new FakeSend(), 0, 0, WorkId.of(WorkId.ANSWER, 3), () -> {
            throw new IllegalStateException("this one throws, too");
        });
        gather(1);
        assertThatThrownBy(doorbell::ring).isInstanceOfAny(OutOfMemoryError.class, IllegalStateException.class);
        assertThat(told).hasValue(3);
        batch.thrown = null;
        assertThat(doorbell.ring()).isZero();
        assertThat(batch.posts).isEmpty();
    }

    private void gather(int chains) {
        for (int i = 0; i < chains; i++) {
            assertThat(credits.tryTake()).isTrue();
            assertThat(doorbell.gather(new FakeSend(), 0, 0, WorkId.of(WorkId.ANSWER, 3), told::incrementAndGet))
                    .isZero();
        }
    }

    /** Notes what is posted. */
    private static final class Batch extends SendBatch {
        final List<FakeSend> posted = new ArrayList<>();
        final List<Integer> posts = new ArrayList<>();
        final List<Integer> signaledAt = new ArrayList<>();
        private final List<FakeSend> held = new ArrayList<>();
        int errno;

        @Nullable
        Error thrown;

        @Override
        public int capacity() {
            return Doorbell.MOST;
        }

        @Override
        public void add(PostSend call, int first, int count) {
            held.add((FakeSend) call);
        }

        @Override
        public int post() {
            if (thrown != null) {
                throw thrown;
            }
            if (held.isEmpty()) {
                return 0;
            }
            posts.add(held.size());
            for (FakeSend call : held) {
                if (call.flags == IbvSendWR.IBV_SEND_SIGNALED) {
                    signaledAt.add(posted.size());
                }
                posted.add(call);
            }
            held.clear();
            return errno;
        }
    }
}
