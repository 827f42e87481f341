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

    /** A path is about to be closed of which something is left, because a handler does not return; {@link #onFreed} follows. */
    void onLeftBehind(Path path);

    /** Nothing is left any more of a path that was left behind. */
    void onFreed(Path path);

    /** A path was closed by other than an orderly disconnect. Any thread. */
    void incident(String peer, int errno, String message);
}
