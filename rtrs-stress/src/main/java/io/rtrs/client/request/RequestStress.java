package io.rtrs.client.request;

import io.rtrs.client.request.Request.LetGo;
import io.rtrs.client.request.Request.Taken;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Who makes the callback of a request, who posts one that waits for room, and who has one that its path let go. */
final class RequestStress {
    private static final int A = 1;
    private static final int B = 2;

    private RequestStress() {}

    private static Request request() {
        Request made = new Request(0);
        made.claim();
        made.begin(A);
        made.activate();
        return made;
    }

    @JCStressTest
    @Description("The answer comes while the path breaks: it is the result, or the request is let go.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "none or two")
    @State
    public static class AnsweredOrLetGo {
        private final Request request = request();

        /** It is posted. */
        public AnsweredOrLetGo() {
            request.posted();
        }

        @Actor
        public void answered(II_Result r) {
            r.r1 = request.takeAnswered(A, 0) == Taken.OVER ? 1 : 0;
        }

        @Actor
        public void letGo(II_Result r) {
            r.r2 = request.letGo(A) == LetGo.HELD ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("The new path answers while the old one becomes quiet: one of them makes the callback.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one callback")
    @Outcome(expect = Expect.FORBIDDEN, desc = "none or two")
    @State
    public static class AnsweredOrQuiet {
        private final Request request = request();

        /** It has moved from one path to another. */
        public AnsweredOrQuiet() {
            request.posted();
            request.letGo(A);
            request.begin(B);
            request.activate();
            request.posted();
        }

        @Actor
        public void answered(II_Result r) {
            r.r1 = request.takeAnswered(B, 0) == Taken.OVER ? 1 : 0;
        }

        @Actor
        public void quiet(II_Result r) {
            r.r2 = request.release() ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A thread finds room for a waiting request while its path breaks: it is let go when nobody posts it.")
    @Outcome(
            id = {"1, 1", "0, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "posted, and so held; or never posted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "let go under a post, or lost")
    @State
    public static class PostedOrLetGo {
        private final Request request = request();

        /** It waits. */
        public PostedOrLetGo() {
            request.awaitRoom(A);
        }

        @Actor
        public void room(II_Result r) {
            if (request.resume(A)) {
                r.r1 = 1;
                request.posted();
            }
        }

        @Actor
        public void letGo(II_Result r) {
            LetGo result = request.letGo(A);
            r.r2 = result == LetGo.HELD ? 1 : result == LetGo.UNTOUCHED ? 2 : 0;
        }
    }

    @JCStressTest
    @Description(
            "Two threads find room for the same waiting request: one posts it, and it is idle when that is answered.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "posted once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "never or twice")
    @State
    public static class PostedOnce {
        private final Request request = request();
        private volatile int posts;

        /** It waits. */
        public PostedOnce() {
            request.awaitRoom(A);
        }

        private int tryPost() {
            if (!request.resume(A)) {
                return 0;
            }
            request.posted();
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
            r.r2 = request.takeAnswered(A, 0) == Taken.OVER && !request.isPosting(A) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("The next request of a permit is claimed while the post of the last one, already answered, returns.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "claimed when the post has returned, and answered once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the late return touched the next request")
    @State
    public static class ClaimedAgainWhilePosting {
        private final Request request = request();

        /** It is answered before its post has returned. */
        public ClaimedAgainWhilePosting() {
            request.takeAnswered(A, 0);
        }

        @Actor
        public void postReturns() {
            request.posted();
        }

        @Actor
        public void next(II_Result r) {
            request.claim();
            request.begin(B);
            request.activate();
            r.r1 = request.isPosting(B) ? 1 : 0;
            request.posted();
            r.r2 = request.takeAnswered(B, 0) == Taken.OVER ? 1 : 0;
        }
    }

    @JCStressTest
    @Description(
            "The post fails while an answer comes, which a hostile server may send: the claim returns, or it is over.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "none or two")
    @State
    public static class AnsweredOrPostFailed {
        private final Request request = request();

        @Actor
        public void failed(II_Result r) {
            r.r1 = request.postFailed(A) ? 1 : 0;
        }

        @Actor
        public void answered(II_Result r) {
            r.r2 = request.takeAnswered(A, 0) == Taken.OVER ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("Two answers for one request at once, on two connections: one is a stray.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one is taken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "none or two")
    @State
    public static class AnsweredTwice {
        private final Request request = request();

        @Actor
        public void one(II_Result r) {
            r.r1 = request.takeAnswered(A, 0) == Taken.OVER ? 1 : 0;
        }

        @Actor
        public void two(II_Result r) {
            r.r2 = request.takeAnswered(A, 0) == Taken.OVER ? 1 : 0;
        }
    }
}
