package io.rtrs.core.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Who finds no room in the send queue gets his turn, in order. */
class SendLineTest {
    private final SendCredits credits = new SendCredits(2, 1);
    private final SendLine line = new SendLine(credits, 5);

    @Test
    void whoWaitsIsServedInOrderAndBeforeWhoComesLater() {
        assertThat(line.tryTake()).isTrue();
        assertThat(line.tryTake()).isTrue();
        for (int round = 0; round < 20; round++) {
            for (int waiter = 0; waiter < 5; waiter++) {
                assertThat(line.tryTake()).isFalse();
                line.add(waiter);
            }
            assertThat(line.next()).isEqualTo(SendLine.NONE);
            for (int waiter = 0; waiter < 5; waiter++) {
                credits.giveBack();
                assertThat(line.tryTake()).isFalse();
                assertThat(line.next()).isEqualTo(waiter);
                assertThat(line.next()).isEqualTo(SendLine.NONE);
            }
        }
    }

    /** The thread that joins and the one that returns a credit pass each other; one of them has to see the other. */
    @Test
    @Timeout(300)
    @SuppressWarnings("ThreadPriorityCheck")
    void nobodyWaitsForEverWhereCreditsComeAndGo() throws Exception {
        int each = 20_000;
        AtomicInteger served = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 5; t++) {
            int self = t;
            AtomicInteger turn = new AtomicInteger();
            turns[self] = turn;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < each; i++) {
                    if (!line.tryTake()) {
                        line.add(self);
                        serveLine();
                        while (turn.get() == 0) {
                            Thread.onSpinWait();
                            Thread.yield();
                        }
                        turn.set(0);
                    }
                    served.incrementAndGet();
                    credits.giveBack();
                    serveLine();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(served).hasValue(5 * each);
        assertThat(credits.available()).isEqualTo(2);
    }

    private final AtomicInteger[] turns = new AtomicInteger[5];

    private void serveLine() {
        for (int waiter = line.next(); waiter != SendLine.NONE; waiter = line.next()) {
            turns[waiter].set(1);
        }
    }
}
