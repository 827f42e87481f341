package io.rtrs.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.ClientPath;
import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.request.PermitPool;
import io.rtrs.client.request.PermitSlot;
import io.rtrs.core.ConnectionType;
import io.rtrs.core.Direction;
import io.rtrs.core.PathStatistics;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.core.stats.PathStats;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** spec/rtrs.md 9, on paths that count and measure as real ones do, without connections and without a clock. */
class PathPolicyTest {
    private static final long INTERVAL_NS = 1_000;

    private final PermitSlot permit = permit();

    private static PermitSlot permit() {
        PermitSlot slot = new PermitPool(1).tryGet(ConnectionType.IO);
        if (slot == null) {
            throw new AssertionError("a new pool has a permit");
        }
        return slot;
    }

    private static final class FakePath implements ClientPath {
        private final UUID uuid = UUID.randomUUID();
        private final PathStats stats = new PathStats();
        private final Heartbeat heartbeat = new Heartbeat(INTERVAL_NS, 5);
        private boolean connected = true;

        FakePath withRequests(int count) {
            for (int i = 0; i < count; i++) {
                stats.onSubmit(Direction.WRITE, 1);
            }
            return this;
        }

        FakePath withLatency(long latencyNs) {
            heartbeat.start(0);
            assertThat(heartbeat.onTick(INTERVAL_NS)).isEqualTo(Heartbeat.Action.SEND);
            assertThat(heartbeat.onAck(INTERVAL_NS + latencyNs)).isEqualTo(latencyNs);
            return this;
        }

        FakePath disconnected() {
            connected = false;
            return this;
        }

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public UUID uuid() {
            return uuid;
        }

        @Override
        public ClientPathState state() {
            return connected ? ClientPathState.CONNECTED : ClientPathState.CLOSED;
        }

        @Override
        public boolean isConnected() {
            return connected;
        }

        @Override
        public Optional<RtrsException> lastError() {
            return Optional.empty();
        }

        @Override
        public PathStatistics statistics() {
            return new PathStatistics(0, 0, 0, 0);
        }

        @Override
        public long counter(PathCounter counter) {
            return stats.get(counter);
        }

        @Override
        public int inFlight() {
            return Math.toIntExact(counter(PathCounter.IN_FLIGHT));
        }

        @Override
        public long heartbeatLatencyNs() {
            return heartbeat.latencyNs();
        }

        @Override
        public long strayMessages() {
            return 0;
        }
    }

    /** The paths that a request tries if none takes it. */
    private List<Integer> order(PathPolicy policy, FakePath... paths) {
        List<Integer> order = new ArrayList<>();
        int index = policy.first(paths, permit);
        for (int tried = 0; tried < paths.length && index != PathPolicy.NONE; tried++) {
            order.add(index);
            index = policy.after(paths, permit, index);
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
