package io.rtrs.client.driver;

import io.rtrs.client.path.Path;
import io.rtrs.client.path.PathIdentity;
import io.rtrs.client.session.Dispatch;
import io.rtrs.client.session.PathAdmission;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RefusedException;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.state.ClientPathEvent;
import io.rtrs.core.state.ClientPathState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Which paths a session has: those of its options first, then as people add and remove them.
 *
 * <p><b>Threading:</b> the control thread, but for what says otherwise.
 */
final class SessionPaths implements PathAdmin.Paths {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPaths.class);

    private final SessionDriver session;
    private final SessionOptions options;
    private final UUID uuid;
    private final PathDrivers drivers = new PathDrivers();
    private final Dispatch dispatch;

    /** Any thread reads. */
    private volatile int attemptsMax;

    /** Makes the paths of the options; none is started. */
    SessionPaths(SessionDriver session, SessionOptions options, UUID sessionUuid) {
        this.session = session;
        this.options = options;
        this.uuid = sessionUuid;
        this.attemptsMax = options.reconnectAttemptsMax();
        List<Path> paths = new ArrayList<>();
        for (PathAddress address : options.paths()) {
            PathDriver driver = make(address, paths.isEmpty());
            paths.add(driver.path());
            drivers.add(driver);
        }
        this.dispatch = Dispatch.of(options, paths);
    }

    private PathDriver make(PathAddress address, boolean first) {
        UUID pathUuid = session.ambient().uuids().get();
        Heartbeat heartbeat = new Heartbeat(options.heartbeatIntervalNs(), options.heartbeatMissedMax());
        Path path = new Path(pathUuid, options.sessionName(), address, heartbeat);
        PathIdentity identity = new PathIdentity(uuid, pathUuid, first);
        PathDriver driver = new PathDriver(
                session,
                options,
                address,
                path,
                identity,
                options.backoff(session.ambient().random()));
        driver.attemptsMax(attemptsMax);
        return driver;
    }

    /** The drivers of all paths; any thread. */
    PathDrivers drivers() {
        return drivers;
    }

    /** Who gives requests to the paths; any thread. */
    Dispatch dispatch() {
        return dispatch;
    }

    /** How many attempts to reconnect a path may have; any thread. */
    int attemptsMax() {
        return attemptsMax;
    }

    /** Takes a closed path from the list. */
    void unlist(PathDriver driver) {
        Path path = driver.path();
        path.fire(ClientPathEvent.REMOVE);
        dispatch.paths(dispatch.paths().stream().filter(other -> other != path).toList());
        session.onListed();
        forgetIfGone(driver);
    }

    /** A path that was removed is known until nothing of it is left, so that its threads are. */
    void forgetIfGone(PathDriver driver) {
        if (driver.path().state() == ClientPathState.DEAD && driver.isFreed()) {
            drivers.remove(driver);
        }
    }

    private void requireOpen() throws RtrsException {
        if (!session.isOpen()) {
            throw new RtrsException(Errno.ESHUTDOWN, "session " + options.sessionName() + " is closed");
        }
    }

    @Override
    public void execute(Runnable task) {
        session.control().execute(task);
    }

    @Override
    public void add(PathAddress address, CompletableFuture<Path> done) throws RtrsException {
        new Addition(address, done).begin(dispatch.paths().isEmpty());
    }

    /** A path that people add: one attempt, or a second one that makes the session anew. */
    private final class Addition {
        private final PathAddress address;
        private final CompletableFuture<Path> done;
        private boolean outage;
        private boolean askedAgain;

        Addition(PathAddress address, CompletableFuture<Path> done) {
            this.address = address;
            this.done = done;
        }

        /** One attempt; as the first path of a session the server makes the session if it does not know it. */
        void begin(boolean first) throws RtrsException {
            requireOpen();
            List<Path> listed = dispatch.paths();
            PathAdmission.check(address, listed);
            outage = !dispatch.isConnected();
            PathDriver driver = make(address, first);
            List<Path> more = new ArrayList<>(listed);
            more.add(driver.path());
            CompletableFuture<Void> up = new CompletableFuture<>();
            @SuppressWarnings("unused") // told through done
            CompletableFuture<Void> ignored = up.whenComplete((nothing, why) -> {
                if (why == null) {
                    done.complete(driver.path());
                } else {
                    onFailed(driver.path(), first, why);
                }
            });
            list(driver, more, listed);
            session.onOpening();
            driver.start(up, nowNs());
        }

        private void list(PathDriver driver, List<Path> more, List<Path> before) {
            boolean done = false;
            try {
                drivers.add(driver);
                dispatch.paths(more);
                session.onListed();
                done = true;
            } finally {
                if (!done) { // nobody would ever start it
                    drivers.remove(driver);
                    dispatch.paths(before);
                }
            }
        }

        private void onFailed(Path path, boolean first, Throwable why) {
            boolean down = !dispatch.isConnected();
            if (isRefusal(why, Errno.ENXIO) && !first && !askedAgain && (outage || down)) {
                // The server has started anew. A path that was up may make the session there (spec/rtrs.md 5.1), so may
                // this.
                LOG.info("path {}: the server does not know session {} any more", path, options.sessionName());
                askedAgain = true;
                execute(() -> beginAgain(down));
            } else if (why instanceof RefusedException refused
                    && refused.errno() == Errno.EEXIST
                    && !PathAdmission.isJoined(path, dispatch.paths())) {
                done.completeExceptionally(
                        refused.temporarily()); // the server is still closing one that was removed here
            } else {
                done.completeExceptionally(why);
            }
        }

        private void beginAgain(boolean first) {
            try {
                begin(first);
            } catch (RtrsException | RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
        }
    }

    private static boolean isRefusal(Throwable why, int errno) {
        return why instanceof RefusedException refused && refused.errno() == errno;
    }

    @Override
    public PathDriver driverOf(Path path) throws RtrsException {
        requireOpen();
        for (int i = 0; i < drivers.size(); i++) {
            if (drivers.get(i).path() == path && path.state() != ClientPathState.DEAD) {
                return drivers.get(i);
            }
        }
        throw new RtrsException(
                Errno.ENOENT,
                "path " + path + " is no path of session " + options.sessionName() + " any more, which has "
                        + dispatch.paths());
    }

    @Override
    public void remove(PathDriver driver) {
        if (driver.path().state() == ClientPathState.CLOSED) {
            unlist(driver);
        }
    }

    @Override
    public void attemptsMax(int attempts) {
        attemptsMax = attempts;
        for (int i = 0; i < drivers.size(); i++) {
            drivers.get(i).attemptsMax(attempts);
        }
    }

    @Override
    public long nowNs() {
        return session.nowNs();
    }
}
