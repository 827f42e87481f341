package io.rtrs.client.request;

import io.rtrs.core.ConnectionType;
import io.rtrs.core.error.RtrsException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Threads that want the permits of a session. */
final class PermitPoolStress {
    private PermitPoolStress() {}

    private static PermitSlot held(PermitPool pool) {
        PermitSlot slot = pool.tryGet(ConnectionType.IO);
        if (slot == null) {
            throw new IllegalStateException("a new pool has no permit");
        }
        return slot;
    }

    @JCStressTest
    @Description("A permit has one holder at a time, who sees what the last one wrote, and is there again in the end.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "one holder at a time")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two holders, or the permit is lost")
    @State
    public static class OneHolder {
        private final PermitPool pool = new PermitPool(1);
        private int taken; // the holder's
        private int expected; // the holder's
        private volatile int torn;

        private void run() {
            for (int i = 0; i < 10; i++) {
                PermitSlot slot = pool.tryGet(ConnectionType.IO);
                if (slot != null) {
                    taken++;
                    expected++;
                    if (taken != expected) {
                        torn = 1;
                    }
                    pool.put(slot);
                }
            }
        }

        @Actor
        public void one() {
            run();
        }

        @Actor
        public void two() {
            run();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = torn;
            r.r2 = pool.available();
        }
    }

    @JCStressTest(Mode.Termination)
    @Description("Who waits for a permit gets the one that is put back.")
    @Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "it got the permit")
    @Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "it waits for ever")
    @State
    public static class WakesUp {
        private final PermitPool pool = new PermitPool(1);
        private final PermitSlot slot = held(pool);

        @Actor
        public void waits() {
            try {
                pool.get(ConnectionType.IO);
            } catch (RtrsException e) {
                throw new IllegalStateException(e);
            }
        }

        @Signal
        public void putsBack() {
            pool.put(slot);
        }
    }

    @JCStressTest
    @Description("Two permits that are put back at once are both there again.")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the bitmap has both")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a permit is lost")
    @State
    public static class PutBackAtOnce {
        private final PermitPool pool = new PermitPool(2);
        private final PermitSlot first = held(pool);
        private final PermitSlot second = held(pool);

        @Actor
        public void one() {
            pool.put(first);
        }

        @Actor
        public void two() {
            pool.put(second);
        }

        @Arbiter
        public void end(I_Result r) {
            PermitSlot one = pool.tryGet(ConnectionType.IO);
            PermitSlot other = pool.tryGet(ConnectionType.IO);
            r.r1 = one != null && other != null && one != other ? 1 : 0;
        }
    }
}
