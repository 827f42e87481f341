package io.rtrs.client.driver;

import io.rtrs.client.path.Path;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/**
 * Takes a path down (spec/rtrs.md 10.1, 13.1): no new requests; those under way move to other paths; every queue pair to
 * error and drained; what waited for that is called back, because nothing can touch its memory any more; disconnect, and
 * wait for the peer up to a time limit; free everything.
 *
 * <p><b>Threading:</b> the control thread.
 */
final class PathTeardown {
    private static final Logger LOG = LoggerFactory.getLogger(PathTeardown.class);

    /** How long a loop may take to end: as long as one callback of the user. */
    static final long JOIN_MS = 5_000;

    /** Where it stands. */
    enum Step {
        NOT_STARTED,
        DRAINING,
        DISCONNECTING,
        FINISHED
    }

    private final PathConnections connections;
    private final Path path;
    private final CarrierTable.Mover mover;
    private final long timeoutNs;
    private final long joinMs;
    private Step step = Step.NOT_STARTED;
    private long deadlineNs = ControlHandler.NO_DEADLINE;
    private boolean overdue;

    /** Whether connections that were not drained in time had as much time again. */
    private boolean graceGiven;

    private @Nullable RtrsException cause;

    PathTeardown(PathConnections connections, Path path, CarrierTable.Mover mover, long timeoutNs) {
        this.connections = connections;
        this.path = path;
        this.mover = mover;
        this.timeoutNs = timeoutNs;
        this.joinMs = Math.clamp(timeoutNs / 1_000_000, 1, JOIN_MS);
    }

    Step step() {
        return step;
    }

    boolean started() {
        return step != Step.NOT_STARTED;
    }

    /** Why the path is taken down. */
    RtrsException cause() {
        RtrsException why = cause;
        return why != null ? why : new RtrsException(Errno.ECONNABORTED, "path " + path);
    }

    long nextDeadlineNs() {
        return deadlineNs;
    }

    void start(RtrsException why, long nowNs) {
        cause = why;
        CarrierTable table = path.table();
        if (table != null) {
            table.stopSubmitting();
            table.letGo(mover);
        }
        for (ClientConnection connection : connections.all()) {
            CompletionLoop loop = connection.loop;
            if (loop == null) {
                // Nothing will report its receives, and what they point to is freed next.
                closeQueuePair(connection);
                connection.drained = true;
            } else {
                loop.drain();
            }
        }
        enter(Step.DRAINING, nowNs);
    }

    /** Time has passed; true if a step is overdue and has to be tried again. */
    boolean onTick(long nowNs) {
        if (deadlineNs == ControlHandler.NO_DEADLINE || nowNs - deadlineNs < 0) {
            return false;
        }
        overdue = true;
        deadlineNs = ControlHandler.NO_DEADLINE;
        return true;
    }

    /** If everything is drained: calls back what has waited for it, disconnects, and returns true. */
    boolean tryDisconnect(long nowNs) {
        boolean drained = true;
        for (ClientConnection connection : connections.all()) {
            if (!connection.drained && overdue) {
                onNotDrained(connection);
            }
            drained &= connection.drained;
        }
        if (!drained) {
            if (overdue) {
                graceGiven = true;
                enter(Step.DRAINING, nowNs);
            }
            return false;
        }
        // First these: a callback may close the memory that its window was bound to.
        connections.windows().close();
        CarrierTable table = path.table();
        if (table != null) {
            table.onQuiet();
            path.table(null);
        }
        for (ClientConnection connection : connections.all()) {
            if (connection.established) {
                disconnect(connection);
            }
        }
        enter(Step.DISCONNECTING, nowNs);
        return true;
    }

    /** If every peer has said goodbye, or time is up: frees everything, and returns true. */
    boolean tryFinish(long nowNs) {
        for (ClientConnection connection : connections.all()) {
            if (connection.established && !connection.disconnected && !overdue) {
                return false;
            }
        }
        step = Step.FINISHED;
        deadlineNs = ControlHandler.NO_DEADLINE;
        if (joinLoops()) {
            connections.resources().close();
        } else {
            LOG.error("path {}: a callback does not return; its queue pairs and memory stay allocated", path);
        }
        return true;
    }

    private void onNotDrained(ClientConnection connection) {
        LOG.error("path {}: con {} was not drained in time; destroying it", path, connection.cid);
        destroyQueuePair(connection, joinMs);
        if (!connection.drained && graceGiven) {
            abandon(connection);
        }
    }

    /**
     * A callback keeps the loop, which therefore cannot move its queue pair to error. Done here, the adapter touches no
     * memory any more, and the requests can be failed; what the loop uses stays, should it ever go on.
     */
    private void abandon(ClientConnection connection) {
        connection.drained = true;
        try {
            Connection made = connection.made();
            made.device().verbs().modifyToError(made.qp());
        } catch (IOException e) {
            LOG.error("path {}: con {} cannot be stopped", path, connection.cid, e);
        }
    }

    private void enter(Step next, long nowNs) {
        step = next;
        overdue = false;
        deadlineNs = nowNs + timeoutNs;
    }

    private void disconnect(ClientConnection connection) {
        Connection made = connection.made();
        try {
            @SuppressWarnings("unused") // the peer may have gone first
            int ignored = made.device().cm().disconnect(connection.id);
        } catch (IOException e) {
            LOG.debug("path {}: disconnecting con {}", path, connection.cid, e);
            connection.disconnected = true; // no event will come
        }
    }

    private boolean joinLoops() {
        boolean ended = true;
        for (ClientConnection connection : connections.all()) {
            ended &= endLoop(connection, joinMs);
        }
        return ended;
    }

    private static boolean endLoop(ClientConnection connection, long joinMs) {
        CompletionLoop loop = connection.loop;
        if (loop == null) {
            return true;
        }
        loop.stop();
        try {
            return loop.join(joinMs);
        } catch (InterruptedException e) {
            return false; // this is the control thread, to which an interrupt means nothing; it asks again
        }
    }

    /** Ends what is outstanding on a connection that cannot be drained. */
    static void destroyQueuePair(ClientConnection connection, long joinMs) {
        if (!endLoop(connection, joinMs)) {
            LOG.error("con {}: its loop does not end", connection.cid);
            return;
        }
        connection.drained = true;
        closeQueuePair(connection);
    }

    private static void closeQueuePair(ClientConnection connection) {
        Connection made = connection.connection;
        if (made == null) {
            return;
        }
        try {
            made.close();
        } catch (IOException | RuntimeException e) {
            LOG.error("con {}: destroying its queue pair", connection.cid, e);
        }
    }
}
