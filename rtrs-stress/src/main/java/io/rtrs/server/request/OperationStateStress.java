package io.rtrs.server.request;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who answers a request of a chunk, and that nobody answers another one. */
final class OperationStateStress {
    private OperationStateStress() {}

    private static long handOver(OperationState state) {
        if (!state.claim()) {
            throw new IllegalStateException("the operation of the model is not idle");
        }
        return state.handOver();
    }

    @JCStressTest
    @Description("Two threads answer one request, such as a handler and an operator who gave it up: one does.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one answer")
    @Outcome(expect = Expect.FORBIDDEN, desc = "none or two")
    @State
    public static class AnsweredOnce {
        private final OperationState state = new OperationState();
        private final long handle = handOver(state);

        @Actor
        public void one(II_Result r) {
            r.r1 = state.take(handle) ? 1 : 0;
        }

        @Actor
        public void two(II_Result r) {
            r.r2 = state.take(handle) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A late answer meets the chunk's next request: it may be in time for its own, and never has the next.")
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the next request is answered by its own handle")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the late answer took the next request")
    @State
    public static class LateAnswer {
        private final OperationState state = new OperationState();
        private final long handle = handOver(state);

        @Actor
        public void answersAndNext(II_Result r) {
            if (state.take(handle)) {
                state.release();
            }
            while (!state.claim()) {
                Thread.onSpinWait(); // the other one answers just now
            }
            r.r1 = state.take(state.handOver()) ? 1 : 0;
        }

        @Actor
        public void late(II_Result r) {
            if (state.take(handle)) {
                r.r2 = 1;
                state.release();
            }
        }
    }

    @JCStressTest
    @Description("A request arrives while the answer to the last one is being posted: what was written then is seen.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "after the post")
    @Outcome(expect = Expect.FORBIDDEN, desc = "refused, or too early")
    @State
    public static class ArrivesWhileAnswering {
        private final OperationState state = new OperationState();
        private int posted;

        /** Its answer is being posted. */
        public ArrivesWhileAnswering() {
            state.take(handOver(state));
        }

        @Actor
        public void answering() {
            posted = 1;
            state.release();
        }

        @Actor
        public void arriving(II_Result r) {
            r.r1 = state.claim() ? 1 : 0;
            r.r2 = posted;
        }
    }
}
