package io.rtrs.server.driver;

import com.ibm.disni.verbs.RdmaCmEvent;
import io.rtrs.core.Status;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.driver.ControlLoop;
import io.rtrs.core.driver.LoopPool;
import io.rtrs.core.error.Errno;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.work.UserCode;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.ServerIncident;
import io.rtrs.server.path.Path;
import io.rtrs.server.path.PathHost;
import io.rtrs.server.session.Question;
import io.rtrs.server.session.Session;
import io.rtrs.server.session.SessionHost;
import io.rtrs.server.session.Sessions;
import io.rtrs.verbs.CmEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.LocalTime;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * A running server: one control thread, which owns sessions and paths, and the loops that connections share.
 *
 * <p><b>Threading:</b> what {@link ControlHandler} and the establishment call runs on the control thread; the methods of the
 * public API come from any.
 */
public final class ServerDriver implements ControlHandler, PathHost, SessionHost {
    private static final Logger LOG = LoggerFactory.getLogger(ServerDriver.class);

    private final ServerSettings settings;
    private final Sessions sessions = new Sessions();
    private final Incidents incidents = new Incidents();
    private final LoopPool loops;
    private final CloseWait closeWait = new CloseWait(this::nowNs);
    private final Listeners listeners;
    private final Acceptor acceptor;
    private final SessionCalls sessionCalls;
    private final ControlLoop control;

    /** Keeps late callers off the event channel once it is gone. */
    private final Object taskLock = new Object();

    // Guarded by taskLock.
    private boolean ended;

    private volatile Runnable pathsChanged = () -> {};
    private final CompletableFuture<Void> ending = new CompletableFuture<>();

    // Written by the control thread.
    private boolean closing;

    private ServerDriver(ServerSettings settings) throws IOException {
        this.settings = settings;
        this.loops = new LoopPool(settings.loops(), settings.waitStrategy(), settings.ambient(), "rtrs-server");
        this.listeners = new Listeners(settings.provider().cm());
        this.acceptor = new Acceptor(settings, this, this, sessions);
        this.sessionCalls = new SessionCalls(settings, this::execute, () -> execute(this::endIfEmpty));
        this.control =
                settings.ambient().crew().control(settings.provider(), this, settings.ambient(), "rtrs-server-control");
    }

    /** Starts to listen. */
    public static ServerDriver start(ServerSettings settings) throws IOException {
        ServerDriver driver = new ServerDriver(settings);
        try {
            driver.listeners.open(driver.control.channel(), settings.listen());
        } catch (IOException | RuntimeException e) {
            driver.control.close();
            throw e;
        }
        return driver;
    }

    /** Where it listens, with the ports that were chosen. */
    public List<InetSocketAddress> localAddresses() {
        return listeners.addresses();
    }

    /** A copy of the sessions. */
    public List<Session> sessions() {
        return sessions.all();
    }

    /** Connections refused so far, by what the client was told. */
    public SortedMap<Status, Long> refusedConnections() {
        return acceptor.refused();
    }

    /** The last incidents. */
    public List<ServerIncident> incidents() {
        return incidents.list();
    }

    /** Polls every IO connection once; for {@link WaitStrategy#INVOKED}. */
    public int poll() {
        return loops.poll();
    }

    /**
     * Closes everything and waits for it, for a bounded time; when that is over nothing calls the listener any more.
     * On a thread of the server or its listener it only begins to.
     */
    public void close() {
        closeSoon();
        if (control.isCurrentThread() || loops.isCurrentThread() || sessionCalls.isCurrentThread()) {
            return;
        }
        if (!closeWait.await()) {
            int untold = sessionCalls.end(); // nothing calls the listener behind this
            String listener =
                    sessionCalls.isIdle() ? "" : "does not return, is not told of " + untold + " that waited, and ";
            LOG.error(
                    "after {} s these paths are not closed: {}; of these something is left: {}; the session listener {}"
                            + "is told of nothing more",
                    CloseWait.SECONDS,
                    sessions.allPaths(),
                    sessions.leftBehind(),
                    listener);
        }
    }

    /** Begins to close everything, and waits for nothing; {@link #isClosed} says when it is. */
    public void closeSoon() {
        execute(this::beginClose);
    }

    /** Whether nothing is left of it. */
    public boolean isClosed() {
        return closeWait.isOver();
    }

    private void beginClose() {
        if (closing) {
            return;
        }
        closing = true;
        listeners.close();
        for (Path path : sessions.allPaths()) {
            execute(() -> path.close("the server closes")); // tasks of their own: one that fails keeps no other
        }
        execute(this::endIfEmpty);
    }

    /** A task of its own: the control loop must not go on with its channel after this. */
    private void endIfEmpty() {
        if (!closing || !sessions.isEmpty() || !sessionCalls.isIdle()) {
            return;
        }
        synchronized (taskLock) {
            ended = true;
        }
        try {
            control.close();
        } catch (IOException e) {
            LOG.error("closing the event channel: {}", e.toString());
        } finally {
            ending.complete(null); // first, so that who waits for the end sees nothing of the server any more
            closeWait.over();
        }
    }

    /**
     * Who is told from now on; one observer at a time.
     *
     * @param onPathsChanged a path of a session is up or gone; on the control thread
     * @param onClosed the server is closed; or now if it is
     */
    public void observe(Runnable onPathsChanged, Runnable onClosed) {
        pathsChanged = onPathsChanged;
        @SuppressWarnings("unused") // nobody waits for it
        CompletableFuture<Void> ignored = ending.thenRun(onClosed);
    }

    @Override
    public void onPathsChanged() {
        pathsChanged.run();
    }

    @Override
    public void onCmEvent(CmEvent event, long nowNs) {
        if (event.type() == RdmaCmEvent.EventType.RDMA_CM_EVENT_CONNECT_REQUEST) {
            acceptor.onConnectRequest(event, closing);
            return;
        }
        for (Path path : sessions.allPaths()) {
            if (path.owns(event.getConnIdPriv())) {
                path.onCmEvent(event);
                return;
            }
        }
    }

    @Override
    public void onTick(long nowNs) {
        for (Path path : sessions.allPaths()) {
            try {
                path.onTick(nowNs);
            } catch (Throwable e) { // the others have their turn all the same
                UserCode.failed(LOG, path + ": the tick", e);
            }
        }
    }

    @Override
    public void onLoopFailed(IOException why) {
        incident("the event channel", Errno.EIO, String.valueOf(why.getMessage()));
        beginClose();
    }

    @Override
    public long nextDeadlineNs() {
        long now = nowNs();
        long soonest = NO_DEADLINE;
        for (Path path : sessions.allPaths()) {
            long deadline = path.nextDeadlineNs();
            if (deadline != NO_DEADLINE && (soonest == NO_DEADLINE || deadline - now < soonest - now)) {
                soonest = deadline;
            }
        }
        return soonest;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (taskLock) {
            if (!ended) {
                control.execute(task);
            }
        }
    }

    @Override
    public long nowNs() {
        return settings.ambient().nowNs();
    }

    @Override
    public LocalTime timeOfDay() {
        return settings.ambient().timeOfDay();
    }

    @Override
    public RequestHandler handler() {
        return settings.handler();
    }

    @Override
    public Heartbeat newHeartbeat() {
        return new Heartbeat(settings.heartbeatIntervalNs(), settings.heartbeatMissedMax());
    }

    @Override
    public LoopPool loops() {
        return loops;
    }

    @Override
    public Collection<Path> allPaths() {
        return sessions.allPaths();
    }

    @Override
    public void onConnecting(Question question) {
        sessionCalls.ask(question);
    }

    @Override
    public void onGivenUp(Question question) {
        sessionCalls.takeBack(question);
    }

    @Override
    public void onDisconnected(Session session) {
        sessionCalls.ended(session);
    }

    @Override
    public void incident(String peer, int errno, String message) {
        incidents.add(settings.ambient().wall().instant(), peer, errno, message);
    }

    @Override
    public void onLeftBehind(Path path) {
        sessions.leaveBehind(path);
    }

    @Override
    public void onFreed(Path path) {
        sessions.forget(path);
        execute(this::endIfEmpty);
    }

    @Override
    public void onEmpty(Session session) {
        sessions.remove(session);
        execute(this::endIfEmpty);
    }
}
