package io.rtrs.server.path;

import io.rtrs.core.driver.LoopPool;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.policy.PathEntry;

import java.time.LocalTime;
import java.util.Collection;

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

    /** Where paths have the loops of their connections from. */
    LoopPool loops();

    /** All paths of all sessions. */
    Collection<? extends PathEntry> allPaths();

    /** A path was closed by other than an orderly disconnect. Any thread. */
    void incident(String peer, int errno, String message);
}
