package io.rtrs.client.path;

import io.rtrs.client.ClientPath;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.core.PathStatistics;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.state.ClientPathEvent;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.state.ClientPathTable;
import io.rtrs.core.state.StateMachine;
import io.rtrs.core.state.Transition;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.core.stats.PathStats;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A path of a session: what outlives its connections.
 *
 * <p><b>Threading:</b> read by any thread; state, name and table are written by the control thread.
 */
public final class Path implements ClientPath {
    private final UUID uuid;
    private final Heartbeat heartbeat;
    private final PathStats stats = new PathStats();
    private final AtomicLong stray = new AtomicLong();
    private final StateMachine<ClientPathState, ClientPathEvent> machine = new StateMachine<>(ClientPathTable.TABLE);

    private volatile String name;
    private volatile @Nullable CarrierTable table;
    private volatile @Nullable RtrsException lastError;

    /** Makes a path that is not connected. */
    public Path(UUID uuid, String name, Heartbeat heartbeat) {
        this.uuid = uuid;
        this.name = name;
        this.heartbeat = heartbeat;
    }

    @Override
    public String name() {
        return name;
    }

    /** The addresses are resolved. */
    public void rename(String resolved) {
        name = resolved;
    }

    @Override
    public UUID uuid() {
        return uuid;
    }

    @Override
    public ClientPathState state() {
        return machine.state();
    }

    @Override
    public Optional<RtrsException> lastError() {
        return Optional.ofNullable(lastError);
    }

    /** The path breaks. */
    public void lastError(RtrsException cause) {
        lastError = cause;
    }

    /**
     * Something happened to the path.
     *
     * @throws IllegalStateException if that must not happen in its state: a defect of the caller
     */
    public Transition<ClientPathState> fire(ClientPathEvent event) {
        Transition<ClientPathState> transition = machine.fire(event);
        if (transition.outcome() == Transition.Outcome.ILLEGAL) {
            throw new IllegalStateException("path " + name + ": " + event + " in state " + transition.to());
        }
        return transition;
    }

    @Override
    public boolean isConnected() {
        return openTable() != null;
    }

    /** What carries requests if the path is connected, else null. */
    public @Nullable CarrierTable openTable() {
        CarrierTable current = table;
        return current != null && current.isOpen() ? current : null;
    }

    /** What carries requests until the path is torn down, else null. */
    public @Nullable CarrierTable table() {
        return table;
    }

    /** The path has an attempt that can carry requests, or none any more. */
    public void table(@Nullable CarrierTable value) {
        table = value;
    }

    /** The counters. */
    public PathStats stats() {
        return stats;
    }

    /** The heartbeat. */
    public Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Counts a message that made no sense; true for the first. */
    public boolean countStray() {
        return stray.getAndIncrement() == 0;
    }

    @Override
    public PathStatistics statistics() {
        return new PathStatistics(
                stats.get(PathCounter.READS),
                stats.get(PathCounter.READ_BYTES),
                stats.get(PathCounter.WRITES),
                stats.get(PathCounter.WRITE_BYTES));
    }

    @Override
    public long counter(PathCounter counter) {
        return stats.get(counter);
    }

    @Override
    public int inFlight() {
        CarrierTable current = table;
        return current == null ? 0 : current.inFlight();
    }

    @Override
    public long heartbeatLatencyNs() {
        return heartbeat.latencyNs();
    }

    @Override
    public long strayMessages() {
        return stray.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
