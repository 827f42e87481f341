package io.rtrs.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.SVCPostSend;
import io.rtrs.verbs.MemoryRegion;
import io.rtrs.verbs.MemoryWindow;
import io.rtrs.verbs.PostSend;
import io.rtrs.verbs.SendBatch;
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

    /** Who waits for the chains before a signaled one must not wait for what it holds back itself. */
    @Test
    void oneOfEachIntervalIsSignaledAndAllAreCounted() {
        int signaled = 0;
        for (int round = 0; round < 10; round++) {
            gather(Doorbell.MOST);
            signaled += Doorbell.MOST / 8;
            for (int i = 0; i < Doorbell.MOST / 8; i++) {
                credits.onSignaledCompletion();
            }
        }
        assertThat(batch.posted.stream().filter(c -> c.flags == IbvSendWR.IBV_SEND_SIGNALED))
                .hasSize(signaled);
        assertThat(batch.signaledAt).allMatch(at -> at % 8 == 7);
        assertThat(credits.available()).isEqualTo(64);
    }

    @Test
    void chainsWithoutCreditKeepTheirFlagsAndTakeNoTicket() {
        Call revoke = new Call();
        revoke.flags = 77;
        doorbell.gather(revoke, 0, 0, false, null);
        gather(7);
        assertThat(doorbell.ring()).isZero();
        assertThat(revoke.flags).isEqualTo(77);
        assertThat(batch.signaledAt).isEmpty();
        gather(1);
        assertThat(doorbell.ring()).isZero();
        assertThat(batch.signaledAt).containsExactly(8); // the eighth with a credit
    }

    @Test
    void afterAFailureTheRestIsNotPostedAndTheBooksStayOpenForOthers() {
        gather(7);
        batch.errno = EIO;
        gather(3); // a signaled one among them, so two posts
        assertThat(doorbell.ring()).isEqualTo(EIO);
        assertThat(batch.posts).containsExactly(7);
        batch.errno = 0;
        gather(8); // its signaled one waits for nobody
        assertThat(doorbell.ring()).isZero();
        assertThat(batch.posts).containsExactly(7, 5, 3);
    }

    private void gather(int chains) {
        for (int i = 0; i < chains; i++) {
            assertThat(credits.tryTake()).isTrue();
            assertThat(doorbell.gather(new Call(), 0, 0, true, told::incrementAndGet))
                    .isZero();
        }
    }

    /** Notes what is posted. */
    private static final class Batch extends SendBatch {
        final List<Call> posted = new ArrayList<>();
        final List<Integer> posts = new ArrayList<>();
        final List<Integer> signaledAt = new ArrayList<>();
        private final List<Call> held = new ArrayList<>();
        int errno;

        @Override
        public int capacity() {
            return Doorbell.MOST;
        }

        @Override
        public void add(PostSend call, int first, int count) {
            held.add((Call) call);
        }

        @Override
        public int post() {
            if (held.isEmpty()) {
                return 0;
            }
            posts.add(held.size());
            for (Call call : held) {
                if (call.flags == IbvSendWR.IBV_SEND_SIGNALED) {
                    signaledAt.add(posted.size());
                }
                posted.add(call);
            }
            held.clear();
            return errno;
        }
    }

    /** A chain of one work request that knows its flags. */
    private static final class Call extends PostSend {
        int flags;

        @Override
        public PostSend flags(int wr, int value) {
            flags = value;
            return this;
        }

        @Override
        public int post(int first, int count) {
            throw new AssertionError("posted alone");
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public int maxSge() {
            return 0;
        }

        @Override
        public PostSend wrId(int wr, long wrId) {
            return this;
        }

        @Override
        public PostSend opcode(int wr, int opcode) {
            return this;
        }

        @Override
        public PostSend imm(int wr, int value) {
            return this;
        }

        @Override
        public PostSend invalidate(int wr, int rkey) {
            return this;
        }

        @Override
        public PostSend remote(int wr, long address, int rkey) {
            return this;
        }

        @Override
        public PostSend sge(int wr, int index, long address, int length, int lkey) {
            return this;
        }

        @Override
        public PostSend numSge(int wr, int count) {
            return this;
        }

        @Override
        public PostSend bindWindow(
                int wr, MemoryWindow window, int rkey, MemoryRegion region, long address, long length, int access) {
            return this;
        }

        @Override
        public int badWr() {
            return 0;
        }

        @Override
        public SVCPostSend execute() {
            throw new AssertionError("posted alone");
        }

        @Override
        public SendWRMod getWrMod(int index) {
            throw new AssertionError("not asked");
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public SVCPostSend free() {
            return this;
        }
    }
}
