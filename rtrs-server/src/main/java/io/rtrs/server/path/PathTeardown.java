package io.rtrs.server.path;

import io.rtrs.core.connection.Device;
import io.rtrs.core.work.UserCode;
import io.rtrs.server.request.ChunkMemory;
import io.rtrs.server.request.Operation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The end of a path, step by step, without ever waiting (spec/rtrs.md 13.2): disconnect and drain every connection; when all
 * loops have ended take back what had not reached the handler; when the handler has released the rest tell the session; then
 * free everything in the reverse order of its making. A handler that does not answer holds this path alone.
 *
 * <p>A loop that does not let the path's connections go in time is stuck in a handler, which may be another path's. Then the
 * path goes on without it: its adapters are stopped, what had not reached the handler never will, and the path is closed, so
 * that its client may come again. What the loop may still use stays allocated until it goes on.
 *
 * <p><b>Threading:</b> the control thread.
 */
final class PathTeardown {
    private static final Logger LOG = LoggerFactory.getLogger(PathTeardown.class);
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long REMIND_NS = TimeUnit.SECONDS.toNanos(30);

    private final Path path;
    private final PathHost host;
    private final Device device;
    private final ChunkMemory memory;

    private boolean begun;
    private boolean forced;
    private boolean loopsEnded;

    /** The loops have had time enough. */
    private boolean abandoned;

    /** The path is closed, and something of it is left. */
    private boolean leftBehind;

    private boolean freed;
    private long drainDeadlineNs;
    private long remindNs;

    PathTeardown(Path path, PathHost host, Device device, ChunkMemory memory) {
        this.path = path;
        this.host = host;
        this.device = device;
        this.memory = memory;
    }

    void begin() {
        if (begun) {
            return;
        }
        begun = true;
        path.pulse().stop();
        long nowNs = host.nowNs();
        drainDeadlineNs = nowNs + DRAIN_NS;
        remindNs = nowNs + REMIND_NS;
        for (ServerConnection connection : path.madeConnections()) {
            connection.disconnect();
            connection.drain();
        }
        advance();
    }

    void onTick(long nowNs) {
        if (isDraining() && nowNs - drainDeadlineNs >= 0) {
            if (!forced) {
                forced = true;
                drainDeadlineNs = nowNs + DRAIN_NS;
                for (ServerConnection connection : path.madeConnections()) {
                    connection.stop(); // what is not drained ends with its queue pair
                }
            } else {
                abandon();
            }
        }
        if (begun && nowNs - remindNs >= 0) {
            remindNs = nowNs + REMIND_NS;
            LOG.warn(
                    "{}: still closing; {}", path, loopsEnded ? held() + " operations not answered" : "a loop runs on");
        }
    }

    /** The ends of loops and released operations call {@link #advance}; the tick only hurries and reminds. */
    long nextDeadlineNs() {
        return isDraining() ? drainDeadlineNs : remindNs;
    }

    private boolean isDraining() {
        return begun && !abandoned && !loopsEnded;
    }

    private void abandon() {
        abandoned = true;
        for (ServerConnection connection : path.madeConnections()) {
            if (!connection.ended()) {
                connection.abandon();
                path.loops().overdue(connection.cid());
            }
        }
        for (Operation operation : path.operations()) {
            operation.withdraw();
        }
        LOG.error(
                "{}: a handler does not return, of this path or of another that shares its loop; the path goes on without"
                        + " it, and what the loop may use stays allocated until it does",
                path);
        advance();
    }

    /** Goes on as far as it can. */
    void advance() {
        if (!begun || freed) {
            return;
        }
        boolean ended = loopsEnded();
        if (!ended && !abandoned) {
            return;
        }
        if (ended) {
            if (held() > 0) {
                return; // also an answer that is being posted: its memory is freed next
            }
            freed = true;
            finish();
        } else if (!leftBehind && handled() == 0) {
            // An answer that the stuck loop has gathered leaves when it goes on, if ever, and what it uses stays.
            leftBehind = true;
            path.down();
            host.onLeftBehind(path);
            path.closed();
        }
    }

    private boolean loopsEnded() {
        if (loopsEnded) {
            return true;
        }
        for (ServerConnection connection : path.madeConnections()) {
            if (!connection.ended()) {
                return false;
            }
        }
        loopsEnded = true;
        path.loops().caughtUp();
        for (Operation operation : path.operations()) {
            operation.abandon();
        }
        return true;
    }

    /** Operations that a handler has not answered. */
    private int handled() {
        int count = 0;
        for (Operation operation : path.operations()) {
            count += operation.isHandled() ? 1 : 0;
        }
        return count;
    }

    /** Operations that somebody has, the loop or who answers among them. */
    private int held() {
        int count = 0;
        for (Operation operation : path.operations()) {
            count += operation.isIdle() ? 0 : 1;
        }
        return count;
    }

    private void finish() {
        attempt("leaving its session", path::down);
        List<ServerConnection> connections = path.madeConnections();
        for (ServerConnection connection : connections) {
            attempt(
                    "freeing the work requests of con " + connection.cid(),
                    connection.intake().answers()::free);
        }
        attempt("freeing windows", memory::freeWindows);
        for (ServerConnection connection : connections) {
            attempt("destroying the queue pair of con " + connection.cid(), connection.connection()::close);
        }
        attempt("destroying completion queues", path.loops()::close);
        attempt("deregistering memory", memory::free);
        for (ServerConnection connection : connections) {
            attempt("destroying the id of con " + connection.cid(), () -> destroyId(connection));
        }
        attempt("freeing the protection domain", device::close);
        if (leftBehind) {
            LOG.info("{}: what was left of it is freed", path);
            host.onFreed(path);
        } else {
            path.closed();
        }
    }

    private void destroyId(ServerConnection connection) throws IOException {
        @SuppressWarnings("unused") // failures come as exceptions
        int result = device.cm().destroyCmId(connection.id());
    }

    private interface Step {
        void run() throws IOException;
    }

    /** One failing step must not keep the others from being done. */
    private void attempt(String what, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            LOG.error("{}: {}: {}", path, what, e.toString());
        } catch (Throwable e) {
            UserCode.failed(LOG, path + ": " + what, e);
        }
    }
}
