package io.rtrs.server.request;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Whom the fence lets in when requests of one buffer id meet: one at a time, none forgotten, none twice. */
final class FenceStress {
    private FenceStress() {}

    /** An operation that counts how often it was let in after it had to wait. */
    private static final class Waiter implements Fence.Fenced, Fence.FencedPath {
        private final long madeAt;
        final AtomicInteger entered = new AtomicInteger();
        final AtomicInteger superseded = new AtomicInteger();

        Waiter() {
            this(1);
        }

        Waiter(long madeAt) {
            this.madeAt = madeAt;
        }

        @Override
        public int bufferId() {
            return 0;
        }

        @Override
        public Fence.FencedPath fencedPath() {
            return this;
        }

        @Override
        public void onEntered() {
            entered.incrementAndGet();
        }

        @Override
        public void onSuperseded() {
            superseded.incrementAndGet();
        }

        @Override
        public boolean isSilent() {
            return false;
        }

        @Override
        public void bar(int bufferId) {}

        @Override
        public long madeAt() {
            return madeAt;
        }

        @Override
        public long provenAt() {
            return madeAt;
        }

        /** Arrives, and is proven if it has to wait. */
        int arrive(Fence fence) {
            if (fence.enter(this) == Fence.ENTERED) {
                return 1;
            }
            fence.onProven(this);
            return 0;
        }
    }

    private static Fence fence() {
        return new Fence(1, List.of(), false);
    }

    @JCStressTest
    @Description("Two operations arrive at a free slot at once: one enters, and the other when that has left.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one waits")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both are with the handler, or none")
    @State
    public static class TwoArrive {
        private final Fence fence = fence();
        private final Waiter a = new Waiter();
        private final Waiter b = new Waiter();

        @Actor
        public void one(II_Result r) {
            r.r1 = fence.enter(a) == Fence.ENTERED ? 1 : 0;
        }

        @Actor
        public void two(II_Result r) {
            r.r2 = fence.enter(b) == Fence.ENTERED ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("An operation arrives, and is proven, while the one before it is answered: it is let in, once.")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "let in once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "forgotten, or twice")
    @State
    public static class ArrivesWhileLeaving {
        private final Fence fence = fence();
        private final Waiter a = new Waiter();
        private final Waiter b = new Waiter();
        private volatile int atOnce;

        /** The first is with the handler. */
        public ArrivesWhileLeaving() {
            fence.enter(a);
        }

        @Actor
        public void answers() {
            fence.leave(a);
        }

        @Actor
        public void arrives() {
            atOnce = b.arrive(fence);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = atOnce + b.entered.get();
            r.r2 = b.superseded.get();
        }
    }

    @JCStressTest
    @Description("The path of one that waits ends while the one before it is answered: the slot is free for the next.")
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "free, whether it was let in before or not")
    @Outcome(expect = Expect.FORBIDDEN, desc = "held by one that is gone")
    @State
    public static class ForgottenWhileLeaving {
        private final Fence fence = fence();
        private final Waiter a = new Waiter();
        private final Waiter b = new Waiter();

        /** One is with the handler, one waits and is proven. */
        public ForgottenWhileLeaving() {
            fence.enter(a);
            b.arrive(fence);
        }

        @Actor
        public void answers() {
            fence.leave(a);
        }

        @Actor
        public void pathEnds() {
            fence.forget(b);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = fence.enter(new Waiter()) == Fence.ENTERED ? 1 : 0;
            r.r2 = b.entered.get();
        }
    }

    @JCStressTest
    @Description(
            "Two that wait are proven at once while the one before is answered: one at a time, and the older never last.")
    @Outcome(
            id = {"2, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the newer is let in; the older before it, or as a ghost not at all")
    @Outcome(expect = Expect.FORBIDDEN, desc = "another order, or nobody")
    @State
    public static class ProvenAtOnce {
        private final Fence fence = fence();
        private final Waiter a = new Waiter();
        private final Waiter older = new Waiter();
        private final Waiter newer = new Waiter();

        /** One has left, two wait. */
        public ProvenAtOnce() {
            fence.enter(a);
            fence.enter(older);
            fence.enter(newer);
            fence.leave(a);
        }

        @Actor
        public void one() {
            fence.onProven(older);
        }

        @Actor
        public void two() {
            fence.onProven(newer);
        }

        @Arbiter
        public void end(II_Result r) {
            if (older.entered.get() == 1 && newer.entered.get() == 0) {
                fence.leave(older); // it is answered
                r.r1 = 1 + newer.entered.get();
            } else {
                r.r1 = newer.entered.get();
            }
            r.r2 = older.superseded.get();
        }
    }

    @JCStressTest
    @Description(
            "A strict fence: the id arrives on another path than its last, unproven, and on its last: the latter is let in,"
                    + " once, and the other is not.")
    @Outcome(
            id = {"0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "let in at once, or when it is proven")
    @Outcome(expect = Expect.FORBIDDEN, desc = "forgotten, twice, or beside the other")
    @State
    public static class StepsBack {
        private final Fence fence = new Fence(1, List.of(), true);
        private final long first = fence.tick();
        private final Waiter elsewhere = new Waiter(fence.tick());
        private final Waiter next = new Waiter(first);
        private volatile int atOnce;

        /** The id was used by the first path, after both were made. */
        public StepsBack() {
            Waiter last = new Waiter(first);
            fence.enter(last);
            fence.leave(last);
        }

        @Actor
        public void ghost(II_Result r) {
            r.r1 = fence.enter(elsewhere) == Fence.ENTERED ? 1 : 0;
        }

        @Actor
        public void request() {
            atOnce = next.arrive(fence);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 += elsewhere.entered.get();
            r.r2 = atOnce + next.entered.get();
        }
    }
}
