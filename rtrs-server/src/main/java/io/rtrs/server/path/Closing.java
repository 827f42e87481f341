package io.rtrs.server.path;

import io.rtrs.core.connection.Device;
import io.rtrs.server.request.ChunkMemory;
import io.rtrs.server.request.Operation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The end of a path, step by step, without ever waiting (spec/rtrs.md 13.2): disconnect and drain every connection; when all
 * loops have ended take back what had not reached the handler; when the handler has released the rest tell the listener;
 * then free everything in the reverse order of its making.
 *
 * <p><b>Threading:</b> the control thread.
 */
final class Closing {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long REMIND_NS = TimeUnit.SECONDS.toNanos(30);

    private final Path path;
    private final PathHost host;
    private final Device device;
    private final ChunkMemory memory;

    private boolean up;
    private boolean begun;
    private boolean loopsEnded;
    private boolean done;
    private long drainDeadlineNs;
    private long remindNs;

    Closing(Path path, PathHost host, Device device, ChunkMemory memory) {
        this.path = path;
        this.host = host;
        this.device = device;
        this.memory = memory;
    }

    /** The session counts this path as up. */
    void countUp() {
        up = true;
    }

    /** The listener vetoed the path, so it is not told of its end (differs from K-S7: the count is taken back). */
    void forgetUp() {
        up = false;
        @SuppressWarnings("unused") // nobody is told
        boolean last = path.session().pathDown();
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
        for (PathConnection connection : connections()) {
            connection.disconnect();
            connection.drain();
        }
        advance();
    }

    void onTick(long nowNs) {
        if (begun && nowNs - remindNs >= 0) {
            remindNs = nowNs + REMIND_NS;
            LOG.warn(
                    "{}: still closing; {}", path, loopsEnded ? held() + " operations not answered" : "a loop runs on");
        }
        advance();
    }

    long nextDeadlineNs() {
        // Without a loop to wait for, releases call advance; the tick only reminds.
        return loopsEnded ? remindNs : host.nowNs() + RETRY_NS;
    }

    void advance() {
        if (!begun || done || !loopsEnded()) {
            return;
        }
        if (held() == 0) {
            done = true;
            finish();
        }
    }

    private boolean loopsEnded() {
        if (loopsEnded) {
            return true;
        }
        boolean force = host.nowNs() - drainDeadlineNs >= 0;
        boolean all = true;
        for (PathConnection connection : connections()) {
            all &= connection.ended(force);
        }
        if (all) {
            loopsEnded = true;
            for (Operation operation : path.operations()) {
                operation.abandon();
            }
        }
        return all;
    }

    private int held() {
        int count = 0;
        for (Operation operation : path.operations()) {
            count += operation.isIdle() ? 0 : 1;
        }
        return count;
    }

    private void finish() {
        if (up) {
            up = false;
            if (path.session().pathDown()) {
                host.sessionDisconnected(path);
            }
        }
        List<PathConnection> connections = connections();
        for (PathConnection connection : connections) {
            attempt(
                    "freeing the work requests of con " + connection.cid(),
                    connection.intake().answers()::free);
        }
        attempt("freeing windows", memory::freeWindows);
        for (PathConnection connection : connections) {
            attempt("destroying the queue pair of con " + connection.cid(), connection.connection()::close);
        }
        attempt("deregistering memory", memory::free);
        for (PathConnection connection : connections) {
            attempt("destroying the id of con " + connection.cid(), () -> destroyId(connection));
        }
        attempt("freeing the protection domain", device::close);
        path.closed();
    }

    private void destroyId(PathConnection connection) throws IOException {
        @SuppressWarnings("unused") // failures come as exceptions
        int result = device.cm().destroyCmId(connection.id());
    }

    private List<PathConnection> connections() {
        List<PathConnection> list = new ArrayList<>();
        for (int cid = 0; cid < path.cidNum(); cid++) {
            if (path.hasConnection(cid)) {
                list.add(path.connection(cid));
            }
        }
        return list;
    }

    private interface Step {
        void run() throws IOException;
    }

    /** One failing step must not keep the others from being done. */
    private void attempt(String what, Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            LOG.error("{}: {}: {}", path, what, e.toString());
        }
    }
}
