package io.rtrs.server;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.UUID;

/**
 * A path of a session: one pair of addresses and the connections between them (spec/rtrs.md 15.2).
 *
 * <p><b>Threading:</b> every method from any thread.
 */
public interface ServerPath {

    /** The path's identity, constant over reconnects. */
    UUID uuid();

    /** The client's address. */
    InetAddress clientAddress();

    /** The server's address. */
    InetAddress serverAddress();

    /** Name of the RDMA device. */
    String deviceName();

    /** Whether requests are served now. */
    boolean connected();

    /** Connections that the path has when it is complete. */
    int connections();

    /** What was served so far. */
    PathStatistics statistics();

    /** Why the path was closed, naming the field and value where the client broke a rule; null while it is not. */
    @Nullable
    String closeReason();

    /** Starts to close the path and returns at once. */
    void disconnect();
}
