package io.rtrs.server.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class FenceTest {
    private static final int ID = 3;

    private final List<FakePath> paths = new ArrayList<>();
    private final Fence fence = new Fence(8, paths, false);
    private final FakePath a = new FakePath();
    private final FakePath b = new FakePath();
    private final FakePath c = new FakePath();
    private final List<String> told = new ArrayList<>();

    private final class FakePath implements Fence.FencedPath {
        boolean silent;
        final List<Integer> barred = new ArrayList<>();

        FakePath() {
            paths.add(this);
        }

        @Override
        public boolean isSilent() {
            return silent;
        }

        @Override
        public void bar(int bufferId) {
            barred.add(bufferId);
        }

        @Override
        public long madeAt() {
            return 0;
        }

        @Override
        public long provenAt() {
            return 0;
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

    @Test
    void anIdThatIsFreeIsEnteredAtOnceAndAgainWhenItWasLeft() {
        Request first = request("first", a);
        assertThat(fence.enter(first)).isEqualTo(Fence.ENTERED);
        assertThat(fence.enter(new Request("other id", ID + 1, b, told))).isEqualTo(Fence.ENTERED);
        fence.leave(first);
        Request second = request("second", b);
        assertThat(fence.enter(second)).isEqualTo(Fence.ENTERED);
        fence.leave(second);
        assertThat(fence.enter(request("third", a))).isEqualTo(Fence.ENTERED);
        assertThat(told).isEmpty();
    }

    @Test
    void aRequestWaitsForTheEarlierOneOfAnotherPath() {
        Request earlier = request("earlier", a);
        Request replay = request("replay", b);
        fence.enter(earlier);
        assertThat(fence.enter(replay)).isNotEqualTo(Fence.ENTERED);
        fence.onProven(replay);
        assertThat(told).isEmpty();
        fence.leave(earlier);
        assertThat(told).containsExactly("replay entered");
        assertThat(fence.enter(request("next", a))).isNotEqualTo(Fence.ENTERED);
    }

    @Test
    void whatHasWaitedIsLetInOnlyWhenItsPathIsProven() {
        Request replay = request("replay", b);
        Request ghost = request("ghost", a);
        fence.enter(replay);
        assertThat(fence.enter(ghost)).isNotEqualTo(Fence.ENTERED);
        fence.leave(replay);
        assertThat(told).isEmpty(); // it is a ghost: its path cannot be proven
        fence.forget(ghost);
        assertThat(fence.enter(request("next", b))).isEqualTo(Fence.ENTERED);
    }

    @Test
    void aHeartbeatThatLeftBeforeARequestHadToWaitIsNoProof() {
        fence.enter(request("earlier", a));
        long sent = fence.tick();
        long after = fence.enter(request("replay", b));
        assertThat(after).isGreaterThanOrEqualTo(sent).isLessThan(fence.tick());
    }

    @Test
    void aProofMayComeAfterTheEarlierOneHasLeft() {
        Request earlier = request("earlier", a);
        Request replay = request("replay", b);
        fence.enter(earlier);
        fence.enter(replay);
        fence.leave(earlier);
        fence.onProven(replay);
        assertThat(told).containsExactly("replay entered");
    }

    @Test
    void aGhostThatWaitsDoesNotHoldUpTheNextUseOfItsId() {
        Request replay = request("replay", b);
        Request ghost = request("ghost", a);
        fence.enter(replay);
        fence.enter(ghost);
        fence.leave(replay);
        Request next = request("next", b);
        assertThat(fence.enter(next)).isNotEqualTo(Fence.ENTERED);
        fence.onProven(next);
        assertThat(told).containsExactly("ghost superseded", "next entered");
        fence.onProven(ghost); // as if its path came back to life
        fence.leave(next);
        assertThat(told).hasSize(2);
        assertThat(fence.enter(request("last", b))).isEqualTo(Fence.ENTERED);
    }

    @Test
    void theNewestOfThoseThatAreProvenIsTheRequest() {
        Request stuck = request("stuck", a);
        Request second = request("second", b);
        Request third = request("third", c);
        fence.enter(stuck);
        fence.enter(second);
        fence.onProven(second);
        fence.enter(third);
        fence.onProven(third);
        fence.leave(stuck);
        assertThat(told).containsExactly("second superseded", "third entered");
    }

    @Test
    void whatIsForgottenWhileItHoldsTheIdLetsTheNextOneIn() {
        Request gone = request("gone", a);
        Request replay = request("replay", b);
        fence.enter(gone);
        fence.enter(replay);
        fence.onProven(replay);
        fence.forget(gone);
        assertThat(told).containsExactly("replay entered");
        fence.leave(gone); // a second time does nothing
        assertThat(fence.enter(request("next", a))).isNotEqualTo(Fence.ENTERED);
    }

    @Test
    void anIdIsBarredFromTheOtherPathsThatAreSilent() {
        b.silent = true;
        fence.onSilence(true);
        fence.enter(request("replay", a));
        assertThat(b.barred).containsExactly(ID);
        assertThat(a.barred).isEmpty();
        assertThat(c.barred).isEmpty();
    }

    @Test
    void aSilentPathMayUseItsIdsAsLongAsNoOtherDoes() {
        b.silent = true;
        fence.onSilence(true);
        fence.enter(request("its own", b));
        assertThat(b.barred).isEmpty();
    }

    @Test
    void whatWasLetInLaterBarsAsWell() {
        Request ghost = request("ghost", b);
        Request replay = request("replay", a);
        fence.enter(ghost);
        fence.enter(replay);
        b.silent = true;
        fence.onSilence(true);
        fence.onProven(replay);
        fence.leave(ghost);
        assertThat(b.barred).containsExactly(ID);
    }

    @Test
    void idsRoamWhileNoPathIsSilent() {
        for (int i = 0; i < 10; i++) {
            Request request = request("roaming", i % 2 == 0 ? a : b);
            assertThat(fence.enter(request)).isEqualTo(Fence.ENTERED);
            fence.leave(request);
        }
        assertThat(a.barred).isEmpty();
        assertThat(b.barred).isEmpty();
    }
}
