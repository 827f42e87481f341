package io.rtrs.client;

import io.rtrs.core.PathStatistics;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.state.ClientPathState;
import io.rtrs.core.stats.PathCounter;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One path of a session: a pair of addresses with its connections.
 *
 * <p><b>Threading:</b> any thread; all answers are of the moment.
 */
public interface ClientPath {

    /** {@code source@destination} as resolved, or as configured before that. */
    String name();

    /** The path's identity, the same over reconnects. */
    UUID uuid();

    /** The client's address, {@code ip:…}; what was resolved, or empty before that if none was given. */
    String sourceAddress();

    /** The server's address, {@code ip:…}. */
    String destinationAddress();

    /** The RDMA device that it leaves through, empty until it is known. */
    String deviceName();

    /** The port of that device, from 1; 0 until it is known. */
    int devicePort();

    /** Where the path stands (spec/rtrs.md 6.1). */
    ClientPathState state();

    /** Whether requests can take it. */
    boolean isConnected();

    /**
     * Why the path broke or could not be connected the last time; names field and value where a message was bad. It stays when
     * the path is connected again: {@link #lastErrorTime} says how old it is, {@link #state} what holds now.
     */
    Optional<RtrsException> lastError();

    /** When that was. */
    Optional<Instant> lastErrorTime();

    /** What it carried. */
    PathStatistics statistics();

    /** A counter (spec/rtrs.md 15.1). */
    long counter(PathCounter counter);

    /** Sets the counters to 0, but for {@link PathCounter#IN_FLIGHT}, which is a level; additions meanwhile may survive. */
    void resetCounters();

    /** Requests under way on it. */
    int inFlight();

    /** The last round trip of a heartbeat in nanoseconds, 0 until the first. */
    long heartbeatLatencyNs();

    /** Messages of the server that made no sense and were ignored: answers that nobody waited for, unknown immediates. */
    long strayMessages();
}
