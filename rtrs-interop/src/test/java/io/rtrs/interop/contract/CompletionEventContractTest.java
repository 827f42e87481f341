package io.rtrs.interop.contract;

import static io.rtrs.interop.contract.Endpoint.SIGNALED;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.IbvSendWR;
import com.ibm.disni.verbs.IbvWC;
import io.rtrs.interop.subject.Subject;
import io.rtrs.verbs.WrOpcode;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

class CompletionEventContractTest extends ContractTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(Subject.PATIENCE_S);

    @Test
    void anArmedQueueSignalsTheNextCompletion() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.arm.execute();
            pair.passive.receive(1, 64);
            pair.active.send(WrOpcode.SEND, SIGNALED, 2, 8);
            assertThat(pair.passive.channel.await(PATIENCE_NS)).isTrue();
            pair.passive.succeeded(1);
        }
    }

    @Test
    void aQueueThatIsNotArmedSignalsNothing() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 64);
            pair.active.send(WrOpcode.SEND, SIGNALED, 2, 8);
            pair.passive.succeeded(1);
            assertThat(pair.passive.channel.await(0)).isFalse();
        }
    }

    @Test
    void oneArmingGivesOneEvent() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.arm.execute();
            pair.passive.receive(1, 64);
            pair.passive.receive(2, 64);
            pair.active.send(WrOpcode.SEND, 0, 3, 8);
            pair.active.send(WrOpcode.SEND, 0, 4, 8);
            assertThat(pair.passive.channel.await(PATIENCE_NS)).isTrue();
            pair.passive.succeeded(1);
            pair.passive.succeeded(2);
            assertThat(pair.passive.channel.await(0)).isFalse();
        }
    }

    @Test
    void awaitEndsWhenItsTimeIsOver() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.arm.execute();
            assertThat(pair.passive.channel.await(1_000_000)).isFalse();
        }
    }

    @Test
    void aWakeupBeforeAwaitEndsTheNextAwaitOnly() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.channel.wakeup();
            assertThat(pair.passive.channel.await(-1)).isFalse();
            assertThat(pair.passive.channel.await(1_000_000)).isFalse();
        }
    }

    @Test
    void aWakeupFromAnotherThreadEndsAnAwaitWithoutLimit() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            Thread waker = Thread.ofVirtual().start(pair.passive.channel::wakeup);
            assertThat(pair.passive.channel.await(-1)).isFalse();
            waker.join();
        }
    }

    @Test
    void failuresSignalToo() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            pair.passive.receive(1, 64);
            pair.passive.arm.execute();
            Subject.verbs().modifyToError(pair.passive.qp);
            assertThat(pair.passive.channel.await(PATIENCE_NS)).isTrue();
            assertThat(pair.passive.next().getStatus()).isEqualTo(Wc.WR_FLUSH_ERR);
        }
    }

    @Test
    void solicitedArmingIgnoresWhatIsNotSolicited() throws Exception {
        try (ConnectedPair pair = ConnectedPair.open()) {
            Subject.verbs().reqNotifyCQ(pair.passive.cq, true).execute();
            pair.passive.receive(1, 64);
            pair.passive.receive(2, 64);
            pair.active.send(WrOpcode.SEND, SIGNALED, 3, 8);
            pair.passive.succeeded(1);
            assertThat(pair.passive.channel.await(0)).isFalse();
            pair.active.send(WrOpcode.SEND, SIGNALED | IbvSendWR.IBV_SEND_SOLICITED, 4, 8);
            assertThat(pair.passive.channel.await(PATIENCE_NS)).isTrue();
            pair.passive.succeeded(2);
        }
    }

    @Test
    void noWakeupIsLostBetweenPollingAndWaiting() throws Exception { // lessons 1.2: re-arm, then poll again
        int messages = Integer.getInteger("rtrs.test.events", 2_000);
        try (ConnectedPair pair = ConnectedPair.open()) {
            CompletableFuture<Integer> receiver = CompletableFuture.supplyAsync(() -> receiveAll(pair, messages));
            for (int i = 0; i < messages; i++) {
                pair.active.send(WrOpcode.SEND, SIGNALED, i, 8);
                pair.active.succeeded(i);
            }
            assertThat(receiver.get(Subject.PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(messages);
        }
    }

    /** The loop that {@link io.rtrs.verbs.CompletionChannel} prescribes; the peer waits while nothing is posted. */
    private static int receiveAll(ConnectedPair pair, int messages) {
        try {
            Endpoint end = pair.passive;
            for (int i = 0; i < 16; i++) {
                end.receive(i, 64);
            }
            int received = 0;
            while (received < messages) {
                IbvWC wc = end.pollOnce();
                if (wc == null) {
                    end.arm.execute();
                    wc = end.pollOnce();
                }
                if (wc == null) {
                    if (!end.channel.await(PATIENCE_NS)) {
                        return received;
                    }
                    continue;
                }
                received++;
                end.receive(wc.getWr_id(), 64);
            }
            return received;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
