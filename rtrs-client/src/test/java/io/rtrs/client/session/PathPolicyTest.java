package io.rtrs.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.request.PermitPool;
import io.rtrs.client.request.PermitSlot;
import io.rtrs.core.ConnectionType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** spec/rtrs.md 9, on paths that count and measure as real ones do, without connections and without a clock. */
class PathPolicyTest {
    private final PermitSlot permit = permit();

    private static PermitSlot permit() {
        PermitSlot slot = new PermitPool(1).tryGet(ConnectionType.IO);
        if (slot == null) {
            throw new AssertionError("a new pool has a permit");
        }
        return slot;
    }

    /** The paths that a request tries if none takes it. */
    private List<Integer> order(PathPolicy policy, FakePath... paths) {
        List<Integer> order = new ArrayList<>();
        int index = policy.first(List.of(paths), permit);
        for (int tried = 0; tried < paths.length && index != PathPolicy.NONE; tried++) {
            order.add(index);
            index = policy.after(List.of(paths), permit, index);
        }
        return order;
    }

    @Test
    void roundRobinBeginsWithEachPathInTurn() { // spec/rtrs.md 19.62
        FakePath[] paths = {new FakePath(), new FakePath().withRequests(9), new FakePath()};
        assertThat(order(PathPolicy.ROUND_ROBIN, paths)).containsExactly(0, 1, 2);
        assertThat(order(PathPolicy.ROUND_ROBIN, paths)).containsExactly(1, 2, 0);
        assertThat(order(PathPolicy.ROUND_ROBIN, paths)).containsExactly(2, 0, 1);
        assertThat(order(PathPolicy.ROUND_ROBIN, paths)).containsExactly(0, 1, 2);
    }

    @Test
    void minInflightTakesThePathWithTheFewestRequestsAndOfEqualsTheFirst() { // spec/rtrs.md 19.63
        FakePath[] paths = {
            new FakePath().withRequests(3), new FakePath().withRequests(1), new FakePath().withRequests(1)
        };
        assertThat(order(PathPolicy.MIN_INFLIGHT, paths)).containsExactly(1, 2, 0);
        paths[1].withRequests(1);
        assertThat(order(PathPolicy.MIN_INFLIGHT, paths)).containsExactly(2, 1, 0);
        paths[1].stats.onComplete();
        paths[1].stats.onComplete();
        assertThat(order(PathPolicy.MIN_INFLIGHT, paths)).containsExactly(1, 2, 0);
    }

    @Test
    void minLatencyTakesThePathWithTheShortestLastRoundTripAndOfEqualsTheFirst() { // spec/rtrs.md 19.64
        FakePath[] paths = {
            new FakePath().withLatency(30), new FakePath().withLatency(20), new FakePath().withLatency(20)
        };
        assertThat(order(PathPolicy.MIN_LATENCY, paths)).containsExactly(1, 2, 0);
        paths[1].withLatency(40);
        assertThat(order(PathPolicy.MIN_LATENCY, paths)).containsExactly(2, 0, 1);
    }

    @Test
    void aPathThatHasNotMeasuredYetWinsMinLatency() {
        FakePath[] paths = {new FakePath().withLatency(1), new FakePath(), new FakePath().withLatency(2)};
        assertThat(order(PathPolicy.MIN_LATENCY, paths)).containsExactly(1, 0, 2);
    }

    @ParameterizedTest
    @EnumSource(names = {"MIN_INFLIGHT", "MIN_LATENCY"})
    void pathsThatAreNotConnectedAreNotChosen(MultipathPolicy option) {
        PathPolicy policy = PathPolicy.of(option);
        FakePath broken = new FakePath().disconnected();
        FakePath first = new FakePath().withRequests(5).withLatency(5);
        FakePath second = new FakePath().withRequests(4).withLatency(4);
        assertThat(order(policy, broken, first, broken, second)).containsExactly(3, 1);
        assertThat(order(policy, broken, broken)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aRequestTriesEachOfTheMostPathsOnce(MultipathPolicy option) {
        FakePath[] paths = new FakePath[128];
        Arrays.setAll(paths, i -> new FakePath());
        assertThat(order(PathPolicy.of(option), paths)).hasSize(128).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void theNextRequestMayTakeWhatTheLastTried(MultipathPolicy option) {
        FakePath only = new FakePath();
        assertThat(order(PathPolicy.of(option), only)).containsExactly(0);
        assertThat(order(PathPolicy.of(option), only)).containsExactly(0);
    }
}
