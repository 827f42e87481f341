package io.rtrs.server;

import io.rtrs.core.PathStatistics;
import io.rtrs.core.error.RtrsException;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A path of a session: one pair of addresses and the connections between them (spec/rtrs.md 15.2).
 *
 * <p><b>Threading:</b> every method from any thread.
 */
public interface ServerPath {

    /** {@code client@server}, their addresses. */
    String name();

    /** The path's identity, constant over reconnects. */
    UUID uuid();

    /** The client's address. */
    InetAddress clientAddress();

    /** The server's address. */
    InetAddress serverAddress();

    /** Name of the RDMA device. */
    String deviceName();

    /** The port of that device, from 1. */
    int devicePort();

    /** Whether requests are served now. */
    boolean isConnected();

    /** Connections that the path has when it is complete. */
    int connections();

    /** What was served so far, or since {@link #resetStatistics}. */
    PathStatistics statistics();

    /** Counts from 0 again. */
    void resetStatistics();

    /** Requests that the handler has not answered yet. */
    int inFlight();

    /** Those requests, each with a way to end it; those that arrive meanwhile may be missing. */
    List<OpenOperation> openOperations();

    /** Why the path broke, naming the field and value where the client broke a rule; empty while it has not. */
    Optional<RtrsException> lastError();

    /** Starts to close the path and returns at once. */
    void disconnect();
}
