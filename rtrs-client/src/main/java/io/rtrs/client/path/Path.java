package io.rtrs.client.path;

import io.rtrs.client.ClientPath;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.core.PathStatistics;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.events.PathStateEvent;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.core.state.ClientPathEvent;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.state.ClientPathTable;
import io.rtrs.core.state.StateMachine;
import io.rtrs.core.state.Transition;
import io.rtrs.core.stats.PathCounter;
import io.rtrs.core.stats.PathStats;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
    private final String session;
    private final PathAddress address;
    private final Heartbeat heartbeat;
    private final PathStats stats = new PathStats();
    private final AtomicLong stray = new AtomicLong();
    private final StateMachine<ClientPathState, ClientPathEvent> machine = new StateMachine<>(ClientPathTable.TABLE);

    private volatile String name;
    private volatile @Nullable RdmaAddress source;
    private volatile String deviceName = "";
    private volatile int devicePort;
    private volatile @Nullable CarrierTable table;
    private volatile @Nullable Trouble lastTrouble;

    private record Trouble(RtrsException cause, Instant time) {}

    /** Makes a path that is not connected, of a session of that name. */
    public Path(UUID uuid, String session, PathAddress address, Heartbeat heartbeat) {
        this.uuid = uuid;
        this.session = session;
        this.address = address;
        this.name = address.toString();
        this.source = address.source();
        this.heartbeat = heartbeat;
    }

    @Override
    public String name() {
        return name;
    }

    /** The addresses that were asked for. */
    public PathAddress address() {
        return address;
    }

    /** Where it leaves from: what was asked for, or what was resolved the last time; null before that. */
    public @Nullable RdmaAddress source() {
        return source;
    }

    /** The source is resolved, and the device known. */
    public void leavesThrough(RdmaAddress from, String device, int port) {
        source = from;
        deviceName = device;
        devicePort = port;
        name = from + "@" + address.destination();
    }

    @Override
    public String sourceAddress() {
        RdmaAddress from = source;
        return from == null ? "" : from.toString();
    }

    @Override
    public String destinationAddress() {
        return address.destination().toString();
    }

    @Override
    public String deviceName() {
        return deviceName;
    }

    @Override
    public int devicePort() {
        return devicePort;
    }

    @Override
    public void resetCounters() {
        reset(List.of(PathCounter.values()));
        stray.set(0);
    }

    /** Sets counters to 0, but never the level of requests under way, on which the choice of a path depends. */
    public void reset(List<PathCounter> counters) {
        for (PathCounter counter : counters) {
            if (counter != PathCounter.IN_FLIGHT) {
                stats.reset(counter);
            }
        }
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
        return Optional.ofNullable(lastTrouble).map(Trouble::cause);
    }

    @Override
    public Optional<Instant> lastErrorTime() {
        return Optional.ofNullable(lastTrouble).map(Trouble::time);
    }

    /** The last error behind its time, so that nobody takes it for what holds now; empty if there was none. */
    public String lastErrorText() {
        Trouble last = lastTrouble;
        return last == null
                ? ""
                : last.time().truncatedTo(ChronoUnit.SECONDS) + " "
                        + last.cause().getMessage();
    }

    /** The path breaks. */
    public void lastError(RtrsException cause, Instant time) {
        lastTrouble = new Trouble(cause, time);
    }

    /**
     * Something happened to the path.
     *
     * @throws IllegalStateException if that must not happen in its state: a defect of the caller
     */
    public Transition<ClientPathState> fire(ClientPathEvent event) {
        ClientPathState from = machine.state();
        Transition<ClientPathState> transition = machine.fire(event);
        if (transition.outcome() == Transition.Outcome.ILLEGAL) {
            throw new IllegalStateException("path " + name + ": " + event + " in state " + transition.to());
        }
        if (transition.moved()) {
            PathStateEvent.tell("client", session, name, from, transition.to(), event.name());
        }
        return transition;
    }

    /** The name of its session. */
    public String session() {
        return session;
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
