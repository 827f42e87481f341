package io.rtrs.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.rtrs.client.ClientPath;
import io.rtrs.core.Direction;
import io.rtrs.core.PathStatistics;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.core.stats.PathStats;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A path that counts and measures as a real one does, without connections and without a clock. */
final class FakePath implements ClientPath {
    private static final long INTERVAL_NS = 1_000;

    final PathStats stats = new PathStats();
    private final UUID uuid = UUID.randomUUID();
    private final Heartbeat heartbeat = new Heartbeat(INTERVAL_NS, 5);
    private boolean connected = true;

    FakePath() {
        stats.makeLanes(1);
    }

    FakePath withRequests(int count) {
        for (int i = 0; i < count; i++) {
            stats.onSubmit(0, Direction.WRITE, 1);
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
    public String sourceAddress() {
        return "";
    }

    @Override
    public String destinationAddress() {
        return "";
    }

    @Override
    public String deviceName() {
        return "";
    }

    @Override
    public int devicePort() {
        return 1;
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
    public Optional<Instant> lastErrorTime() {
        return Optional.empty();
    }

    @Override
    public long counter(PathCounter counter) {
        return stats.get(counter);
    }

    @Override
    public PathStatistics statistics() {
        return PathStatistics.NONE;
    }

    @Override
    public void resetCounters() {
        throw new UnsupportedOperationException();
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
