package io.rtrs.server.path;

import io.rtrs.core.connection.CompletionHandler;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.policy.PathEntry;

import java.time.LocalTime;
import java.util.Collection;
import java.util.UUID;

/** What a path needs of the server around it. */
public interface PathHost {
    /** Runs a task on the control thread. Any thread. */
    void execute(Runnable task);

    /** The time, in nanoseconds; any thread. */
    long nowNs();

    /** The time on the wall, for people. */
    LocalTime timeOfDay();

    /** Who takes the requests. */
    RequestHandler handler();

    /** A stopped heartbeat with the server's numbers. */
    Heartbeat newHeartbeat();

    /** Starts the loop of a connection. */
    CompletionLoop startLoop(Connection connection, CompletionHandler completions, UUID path);

    /** A loop that {@link #startLoop} made has ended. */
    void onLoopEnded(CompletionLoop loop);

    /** The next completion vector of a device with so many. */
    int nextVector(int vectors);

    /** All paths of all sessions. */
    Collection<? extends PathEntry> allPaths();

    /** A path was closed by other than an orderly disconnect. Any thread. */
    void incident(String peer, int errno, String message);
}
