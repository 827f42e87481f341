package io.rtrs.client.driver;

import io.rtrs.client.path.Path;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.Request;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.events.FailoverEvent;
import io.rtrs.core.work.UserCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.List;

/**
 * The steps of taking an attempt down (spec/rtrs.md 10.1, 13.1): no new requests; those under way move to other paths; every
 * queue pair to error and drained; what waited for that is called back, because nothing can touch its memory any more;
 * disconnect, and wait for the peer up to a time limit; free everything when the loops have ended. None of them waits.
 *
 * <p><b>Threading:</b> the control thread.
 */
final class AttemptTeardown {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptTeardown.class);

    /** After so long a callback counts as one that does not return. */
    private static final long CALLBACK_NS = 5_000_000_000L;

    private final AttemptConnections connections;
    private final Path path;
    private final CarrierTable.Mover mover;
    private final long timeoutNs;
    private long deadlineNs = ControlHandler.NO_DEADLINE;

    /** Whether connections that were not drained in time had as much time again. */
    private boolean graceGiven;

    AttemptTeardown(AttemptConnections connections, Path path, CarrierTable.Mover mover, long timeoutNs) {
        this.connections = connections;
        this.path = path;
        this.mover = mover;
        this.timeoutNs = timeoutNs;
    }

    /** When what is waited for is overdue. */
    long deadlineNs() {
        return deadlineNs;
    }

    /** Whether what is waited for is overdue now; true once. */
    boolean isOverdue(long nowNs) {
        if (deadlineNs == ControlHandler.NO_DEADLINE || nowNs - deadlineNs < 0) {
            return false;
        }
        deadlineNs = ControlHandler.NO_DEADLINE;
        return true;
    }

    /** Moves the requests to other paths, and starts to drain. */
    void begin(RtrsException why, long nowNs) {
        deadlineNs = nowNs + timeoutNs; // first: whatever happens below, somebody comes back
        CarrierTable table = connections.tableOrNull();
        if (table != null) {
            FailoverEvent event = new FailoverEvent();
            table.stopSubmitting();
            CarrierTable.Moved moved = table.letGo(mover);
            if (moved.any()) {
                event.ended(path.session(), path.name(), moved.taken(), moved.waiting(), moved.failed(), why.reason());
                LOG.info(
                        "path {}: {} requests have moved to other paths, {} wait for one, {} found none",
                        path,
                        moved.taken(),
                        moved.waiting(),
                        moved.failed());
            }
        }
        for (ClientConnection connection : connections.all()) {
            CompletionLoop loop = connection.loop;
            if (loop == null) {
                // Nothing will report its receives, and what they point to is freed next.
                closeQueuePair(connection);
                connection.quiet = true;
            } else {
                loop.drain(connection.made());
            }
        }
    }

    /** Whether no queue pair can touch memory any more. */
    boolean isQuiet(boolean overdue, long nowNs) {
        boolean quiet = true;
        for (ClientConnection connection : connections.all()) {
            if (!connection.quiet && overdue) {
                onNotDrained(connection);
            }
            quiet &= connection.quiet;
        }
        if (!quiet && overdue) {
            graceGiven = true;
            deadlineNs = nowNs + timeoutNs;
        }
        return quiet;
    }

    private void onNotDrained(ClientConnection connection) {
        if (graceGiven) {
            abandon(connection);
        } else {
            LOG.error("path {}: con {} was not drained in time", path, connection.cid);
            connections.stopLoop(connection.cid); // when it has ended, its queue pair can be destroyed
        }
    }

    /**
     * A callback keeps the loop, which therefore cannot move its queue pair to error. Done here, the adapter touches no
     * memory any more; what the loop uses stays until it goes on.
     */
    private void abandon(ClientConnection connection) {
        connection.quiet = true;
        try {
            Connection made = connection.made();
            made.device().verbs().modifyToError(made.qp());
        } catch (Throwable e) { // the others are stopped all the same
            UserCode.failed(LOG, "path " + path + ": stopping con " + connection.cid, e);
        }
    }

    /**
     * Gives the windows up, and says goodbye.
     *
     * @return what has waited for this, and is to be called back
     */
    List<Request> onQuiet(long nowNs) {
        // First these: a callback may close the memory that its window was bound to.
        connections.windows().close();
        path.table(null);
        for (ClientConnection connection : connections.all()) {
            if (connection.established) {
                disconnect(connection);
            }
        }
        deadlineNs = nowNs + timeoutNs;
        CarrierTable table = connections.tableOrNull();
        return table == null ? List.of() : table.onQuiet();
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

    /** Answers a goodbye of the server that has crossed ours; to the answer to ours there is nothing to say, and it is not said. */
    void onGoodbye(int cid) {
        ClientConnection connection = connections.all().get(cid);
        if (connection.established && connection.disconnected) {
            disconnect(connection);
        }
    }

    /** Whether the server has said goodbye on every connection. */
    boolean isDisconnected() {
        for (ClientConnection connection : connections.all()) {
            if (connection.established && !connection.disconnected) {
                return false;
            }
        }
        return true;
    }

    /** Lets the loops end. */
    void endLoops(long nowNs) {
        for (ClientConnection connection : connections.all()) {
            connections.stopLoop(connection.cid);
        }
        deadlineNs = nowNs + Math.min(timeoutNs, CALLBACK_NS);
    }

    /** Frees everything, if the loops have ended. */
    boolean tryFree() {
        for (ClientConnection connection : connections.all()) {
            if (connection.loop != null && !connection.loopEnded) {
                return false;
            }
        }
        deadlineNs = ControlHandler.NO_DEADLINE;
        connections.resources().close();
        return true;
    }

    /** Destroys a queue pair that no loop uses; what was outstanding ends with it. */
    static void closeQueuePair(ClientConnection connection) {
        Connection made = connection.connection;
        if (made == null) {
            return;
        }
        try {
            made.close();
        } catch (Throwable e) {
            UserCode.failed(LOG, "con " + connection.cid + ": destroying its queue pair", e);
        }
    }
}
