package io.rtrs.client.request;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who makes the callback of a request, and who posts one that waits for room. */
final class InFlightStress {
    private InFlightStress() {}

    @SuppressWarnings("NullAway") // the state alone is looked at
    private static InFlight entry() {
        InFlight made = new InFlight(0, 0, null, null, null, null);
        made.claim();
        made.activate();
        return made;
    }

    @JCStressTest
    @Description("The answer comes while the path breaks: one of them makes the callback.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one callback")
    @Outcome(expect = Expect.FORBIDDEN, desc = "none or two")
    @State
    public static class OneCallback {
        private final InFlight entry = entry();

        @Actor
        public void answered(II_Result r) {
            r.r1 = entry.takeAnswered() ? 1 : 0;
        }

        @Actor
        public void failed(II_Result r) {
            r.r2 = entry.takeFailed() ? 1 : 0;
        }
    }

    @JCStressTest
    @Description(
            "Two threads find room for the same waiting request: one posts it, and it is idle when that is answered.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "posted once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "never or twice")
    @State
    public static class PostedOnce {
        private final InFlight entry = entry();
        private volatile int posts;

        /** It waits. */
        public PostedOnce() {
            entry.awaitRoom();
        }

        private int tryPost() {
            if (!entry.resume()) {
                return 0;
            }
            entry.posted();
            return 1;
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = tryPost();
        }

        @Actor
        public void two() {
            posts = tryPost();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 += posts;
            r.r2 = entry.takeAnswered() && !entry.isPosting() ? 1 : 0;
        }
    }
}
