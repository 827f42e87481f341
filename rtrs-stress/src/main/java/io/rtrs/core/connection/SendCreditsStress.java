package io.rtrs.core.connection;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

import java.util.concurrent.atomic.AtomicInteger;

/** Two threads that post through one send queue. */
final class SendCreditsStress {
    private static final int CHAINS = 8;
    private static final int INTERVAL = 4;

    private SendCreditsStress() {}

    @JCStressTest
    @Description(
            "While a thread stands still in its post, and another between credit and post, a third is never refused.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "no refusal, the slots suffice")
    @Outcome(expect = Expect.FORBIDDEN, desc = "refused, or more posted than there are slots")
    @State
    public static class StandsStill {
        private final SendCredits credits = new SendCredits(CHAINS, INTERVAL);
        private final SendQueueModel queue = new SendQueueModel(credits);
        private volatile boolean done;

        /** The next chain is the signaled one; one credit is with a thread that has not come to its post. */
        public StandsStill() {
            SendQueueModel.Chain chain = new SendQueueModel.Chain(queue);
            for (int i = 0; i < INTERVAL - 1; i++) {
                queue.send(chain);
            }
            credits.tryTake();
        }

        @Actor
        public void still() {
            queue.send(new SendQueueModel.Chain(queue) {
                @Override
                public int post(int first, int count) {
                    for (int spins = 0; !done && spins < 100_000; spins++) {
                        Thread.onSpinWait();
                    }
                    return super.post(first, count);
                }
            });
        }

        @Actor
        public void busy(II_Result r) {
            SendQueueModel.Chain chain = new SendQueueModel.Chain(queue);
            for (int i = 0; i < 10 * CHAINS; i++) {
                r.r1 += queue.send(chain) ? 0 : 1;
            }
            done = true;
        }

        @Arbiter
        public void slots(II_Result r) {
            r.r2 = queue.mostHeld() <= CHAINS ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("Two threads post as fast as they can: none is refused, no slot is used twice, no credit is lost.")
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "the books are right")
    @Outcome(expect = Expect.FORBIDDEN, desc = "refused, too many posted, or credits lost")
    @State
    public static class Race {
        private final SendCredits credits = new SendCredits(CHAINS, INTERVAL);
        private final SendQueueModel queue = new SendQueueModel(credits);

        private int run() {
            SendQueueModel.Chain chain = new SendQueueModel.Chain(queue);
            int refused = 0;
            for (int i = 0; i < 5 * INTERVAL; i++) {
                refused += queue.send(chain) ? 0 : 1;
            }
            return refused;
        }

        @Actor
        public void one(III_Result r) {
            r.r1 = run();
        }

        @Actor
        public void two(III_Result r) {
            r.r2 = run();
        }

        @Arbiter
        public void books(III_Result r) {
            int missing = CHAINS - credits.available(); // unsignaled, for the next signaled one to report
            r.r3 = missing >= 0 && missing <= INTERVAL && queue.mostHeld() <= CHAINS ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("Two threads want the one credit: who finds none is served by the other, or serves itself.")
    @Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "both were served, the credits are back")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one waits for ever, or a credit is lost")
    @State
    public static class Line {
        private final SendCredits credits = new SendCredits(2, 1);
        private final SendLine line = new SendLine(credits, 2);
        private final AtomicInteger served = new AtomicInteger();

        /** One credit is left. */
        public Line() {
            credits.tryTake();
        }

        private void want(int self) {
            if (line.tryTake()) {
                serve();
            } else {
                line.add(self);
            }
            while (line.next() != SendLine.NONE) {
                serve();
            }
        }

        private void serve() {
            served.incrementAndGet();
            credits.giveBack();
        }

        @Actor
        public void one() {
            want(0);
        }

        @Actor
        public void two() {
            want(1);
        }

        @Arbiter
        public void all(II_Result r) {
            r.r1 = served.get();
            r.r2 = credits.available() + 1;
        }
    }
}
