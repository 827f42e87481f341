package io.rtrs.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** An id that comes by another path than its last waits until that is proven to be in use. */
class StrictFenceTest {
    private static final int ID = 3;

    private final List<FakePath> paths = new ArrayList<>();
    private final Fence fence = new Fence(8, paths, true);
    private final FakePath a = new FakePath();
    private final FakePath b = new FakePath();
    private final FakePath c = new FakePath();
    private final List<String> told = new ArrayList<>();

    private final class FakePath implements Fence.FencedPath {
        private final long madeAt = fence.tick();
        private long sentAt;
        private long provenAt = madeAt;
        boolean silent;

        FakePath() {
            paths.add(this);
        }

        void beat() {
            sentAt = fence.tick();
        }

        void acknowledge() {
            provenAt = sentAt;
        }

        @Override
        public boolean isSilent() {
            return silent;
        }

        @Override
        public void bar(int bufferId) {
            told.add("barred");
        }

        @Override
        public long madeAt() {
            return madeAt;
        }

        @Override
        public long provenAt() {
            return provenAt;
        }
    }

    private record Request(String name, int bufferId, FakePath on, List<String> told) implements Fence.Fenced {
        @Override
        public Fence.FencedPath fencedPath() {
            return on;
        }

        @Override
        public void onEntered() {
            told.add(name + " entered");
        }

        @Override
        public void onSuperseded() {
            told.add(name + " superseded");
        }
    }

    private Request request(String name, FakePath on) {
        return new Request(name, ID, on, told);
    }

    /** Is handed over at once, and answered. */
    private void use(FakePath on) {
        Request request = request("use", on);
        assertThat(fence.enter(request)).isEqualTo(Fence.ENTERED);
        fence.leave(request);
    }

    @Test
    void anIdThatStaysOnItsPathWaitsForNothing() {
        for (int i = 0; i < 5; i++) {
            use(a);
        }
    }

    @Test
    void anIdThatWasNeverUsedWaitsForNothing() {
        use(a);
        assertThat(fence.enter(new Request("other id", ID + 1, b, told))).isEqualTo(Fence.ENTERED);
    }

    @Test
    void anIdThatComesByAnotherPathWaitsUntilThatIsProven() {
        use(a);
        Request ghost = request("ghost", b);
        assertThat(fence.enter(ghost)).isNotEqualTo(Fence.ENTERED);
        assertThat(told).isEmpty();
        fence.onProven(ghost); // it was none
        assertThat(told).containsExactly("ghost entered");
        fence.leave(ghost);
        use(b);
        assertThat(fence.enter(request("back", a))).isNotEqualTo(Fence.ENTERED);
    }

    @Test
    void aPathThatWasProvenSinceTheLastUseLetsTheIdPassAtOnce() {
        use(a);
        b.beat();
        b.acknowledge();
        use(b);
    }

    @Test
    void aHeartbeatThatLeftBeforeTheLastUseIsNoProof() {
        b.beat();
        use(a);
        b.acknowledge(); // its client may have given the path up behind that
        assertThat(fence.enter(request("ghost", b))).isGreaterThanOrEqualTo(b.provenAt());
    }

    /** It was given up before the last use was sent, so what is sent later is not acknowledged. */
    @Test
    void aHeartbeatUnderWayServesIfItLeftAfterTheLastUse() {
        use(a);
        b.beat();
        long after = fence.enter(request("moved", b));
        b.acknowledge();
        assertThat(after).isNotEqualTo(Fence.ENTERED).isLessThan(b.provenAt());
    }

    @Test
    void theTimeOfAUseIsWhenItCameToTheHandlerNotItsAnswer() {
        Request slow = request("slow", a);
        fence.enter(slow);
        b.beat();
        b.acknowledge();
        fence.leave(slow);
        use(b);
    }

    @Test
    void eachUseCountsNotOnlyTheFirstOnItsPath() {
        use(a);
        b.beat();
        b.acknowledge();
        use(a); // perhaps a replay of what has not come by b yet
        assertThat(fence.enter(request("ghost", b))).isNotEqualTo(Fence.ENTERED);
    }

    @Test
    void aPathThatWasMadeAfterTheLastUseIsProven() {
        use(a);
        use(new FakePath()); // as when a client's only path comes back
        assertThat(fence.enter(request("ghost", a))).isNotEqualTo(Fence.ENTERED);
    }

    @Test
    void behindOthersThatWaitARequestIsProvenOnlyByWhatLeavesAfterItCame() {
        use(a);
        b.beat();
        c.beat();
        Request first = request("first", b);
        fence.enter(first);
        long after = fence.enter(request("second", c));
        c.acknowledge(); // its client may have given c up behind that, for what came by b
        assertThat(after).isGreaterThanOrEqualTo(c.provenAt());
    }

    @Test
    void aPathThatIsProvenDoesNotPassOneThatWaits() {
        use(a);
        fence.enter(request("waits", b));
        c.beat();
        c.acknowledge();
        assertThat(fence.enter(request("next", c))).isNotEqualTo(Fence.ENTERED);
        assertThat(told).isEmpty();
    }

    @Test
    void aGhostThatWaitsDoesNotHoldUpTheNextUseOfItsId() {
        use(a);
        Request ghost = request("ghost", b);
        fence.enter(ghost);
        Request next = request("next", a);
        assertThat(fence.enter(next)).isNotEqualTo(Fence.ENTERED);
        fence.onProven(next);
        assertThat(told).containsExactly("ghost superseded", "next entered");
        fence.leave(next);
        use(a);
    }

    @Test
    void whatWaitedAndWasLetInIsTheLastUse() {
        use(a);
        Request moved = request("moved", b);
        fence.enter(moved);
        a.beat();
        a.acknowledge();
        fence.onProven(moved);
        fence.leave(moved);
        assertThat(fence.enter(request("ghost", a))).isNotEqualTo(Fence.ENTERED);
    }

    @Test
    void whatWaitsGoesWithItsPath() {
        use(a);
        Request gone = request("gone", b);
        fence.enter(gone);
        fence.forget(gone);
        fence.onProven(gone);
        assertThat(told).isEmpty();
        use(a);
    }

    @Test
    void nothingIsBarredForEver() {
        b.silent = true;
        fence.onSilence(true);
        use(a);
        assertThat(told).isEmpty();
    }
}
