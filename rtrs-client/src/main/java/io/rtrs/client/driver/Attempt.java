package io.rtrs.client.driver;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.client.path.ConnectorAction;
import io.rtrs.client.path.ConnectorEvent;
import io.rtrs.client.path.Path;
import io.rtrs.client.path.PathConnector;
import io.rtrs.client.path.PathIdentity;
import io.rtrs.client.request.PathEvents;
import io.rtrs.client.request.QueueDepthException;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RefusedException;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.events.ConnectEvent;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.Silence;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One attempt of a path: it connects, keeps the connections alive, and takes them down. What happens to its connections
 * comes here and nowhere else, so that what is reported late concerns an attempt that is over, and not the next one.
 *
 * <p>It fires no event of the path: it tells its {@link PathDriver}, which owns the path's state.
 *
 * <p><b>Threading:</b> the control thread; the methods of {@link PathEvents} come from any and only pass on.
 */
final class Attempt implements PathEvents {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** Where it stands; each is entered once, in this order, and some are passed over. */
    enum Phase {
        /** Connections are made one after the other, and INFO is exchanged. */
        CONNECTING,
        /** Requests may use it. */
        UP,
        /** Its requests have moved; its queue pairs are being drained. */
        DRAINING,
        /** It is quiet: no queue pair can touch memory. The server's goodbye is waited for. */
        DISCONNECTING,
        /** The loops are ending; what a callback that does not return may use is kept until it does. */
        FREEING,
        /** Nothing of it is left. */
        FREED
    }

    private final PathDriver driver;
    private final PathOwner owner;
    private final Path path;
    private final PathConnector connector;
    private final AttemptConnections connections;
    private final AttemptTeardown teardown;

    /** Somebody has reported that it broke, or it is being taken down: what else is reported is a consequence. */
    private final AtomicBoolean broken = new AtomicBoolean();

    private final AtomicBoolean invalidateWarned = new AtomicBoolean();
    private boolean heartbeatOwed;
    private final ConnectEvent connecting = new ConnectEvent();
    private Phase phase = Phase.CONNECTING;
    private boolean wasUp;
    private @Nullable RtrsException cause;

    Attempt(PathDriver driver, PathOwner owner, SessionOptions options, PathAddress address, PathIdentity identity) {
        this.driver = driver;
        this.owner = owner;
        this.path = driver.path();
        this.connector = new PathConnector(
                identity, address.toString(), options.port(), options.cidNum(), options.connectTimeoutNs());
        this.connections = new AttemptConnections(this, owner, options, address, path);
        this.teardown = new AttemptTeardown(connections, path, owner.mover(), options.connectTimeoutNs());
    }

    AttemptConnections connections() {
        return connections;
    }

    Phase phase() {
        return phase;
    }

    /** Whether requests could use it at some time. */
    boolean wasUp() {
        return wasUp;
    }

    /** Why it is taken down. */
    RtrsException cause() {
        RtrsException why = cause;
        return why != null ? why : new RtrsException(Errno.ECONNABORTED, "path " + path);
    }

    /** Starts to connect. */
    void start(long nowNs) {
        connector.start(nowNs);
        runActions(nowNs);
    }

    void onCmEvent(int cid, CmEvent event, long nowNs) {
        String what = event.describe("the server");
        ConnectorEvent input = switch (event.type()) {
            case RDMA_CM_EVENT_ADDR_RESOLVED -> new ConnectorEvent.AddressResolved();
            case RDMA_CM_EVENT_ROUTE_RESOLVED -> new ConnectorEvent.RouteResolved();
            case RDMA_CM_EVENT_ESTABLISHED -> new ConnectorEvent.Established(event.privateData());
            case RDMA_CM_EVENT_REJECTED -> new ConnectorEvent.Rejected(event.getStatus(), event.privateData());
            case RDMA_CM_EVENT_ADDR_ERROR,
                    RDMA_CM_EVENT_ROUTE_ERROR,
                    RDMA_CM_EVENT_UNREACHABLE,
                    RDMA_CM_EVENT_CONNECT_ERROR -> new ConnectorEvent.Unreachable(errno(event), what);
            default -> new ConnectorEvent.Lost(errno(event), what);
        };
        if (event.type() == EventType.RDMA_CM_EVENT_DEVICE_REMOVAL) {
            driver.neverAgain();
        }
        connections.onCmEvent(cid, input);
        switch (phase) {
            case CONNECTING -> {
                connector.on(cid, input, nowNs);
                runActions(nowNs);
            }
            case UP -> fail(errno(event), "con " + cid + ": " + what, nowNs);
            default -> {
                if (phase == Phase.DISCONNECTING) {
                    teardown.onGoodbye(cid);
                }
                advance(nowNs, false);
            }
        }
    }

    /** An event that should not come here has no errno of its own. */
    private static int errno(CmEvent event) {
        return event.errno() == 0 ? Errno.ECONNRESET : event.errno();
    }

    void onTick(long nowNs) {
        switch (phase) {
            case CONNECTING -> {
                connector.onTick(nowNs);
                runActions(nowNs);
            }
            case UP -> beat(nowNs);
            default -> {
                if (teardown.isOverdue(nowNs)) {
                    advance(nowNs, true);
                }
            }
        }
    }

    long nextDeadlineNs() {
        return switch (phase) {
            case CONNECTING -> connector.nextDeadlineNs();
            case UP -> path.heartbeat().isRunning() ? path.heartbeat().nextDeadlineNs() : ControlHandler.NO_DEADLINE;
            default -> teardown.deadlineNs();
        };
    }

    private void runActions(long nowNs) {
        while (phase == Phase.CONNECTING) { // what the connector wants after that is of no interest
            ConnectorAction action = connector.poll();
            if (action == null) {
                return;
            }
            try {
                run(action, nowNs);
            } catch (QueueDepthException e) {
                driver.neverAgain();
                localFailure(e.errno(), e, nowNs);
            } catch (VerbsException e) {
                localFailure(e.errno(), e, nowNs);
            } catch (RtrsException e) {
                localFailure(e.errno(), e, nowNs);
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                localFailure(Errno.EIO, e, nowNs);
            }
        }
    }

    private void localFailure(int errno, Throwable why, long nowNs) {
        LOG.debug("path {}: con {} at step {}", path, connector.cid(), connector.step(), why);
        String what = connector.step() + " of con " + connector.cid() + ": " + why.getMessage();
        connector.on(connector.cid(), new ConnectorEvent.LocalFailure(errno == 0 ? Errno.EIO : errno, what), nowNs);
    }

    private void run(ConnectorAction action, long nowNs) throws IOException {
        switch (action) {
            case ConnectorAction.ResolveAddress resolve -> connections.resolveAddress(resolve.cid());
            case ConnectorAction.CreateConnection create -> connections.create(create.cid(), create.queueDepth());
            case ConnectorAction.ResolveRoute resolve -> connections.resolveRoute(resolve.cid());
            case ConnectorAction.Connect connect -> connections.connect(connect.cid(), connect.request());
            case ConnectorAction.PrepareRequests prepare -> connections.prepareRequests(prepare.limits());
            case ConnectorAction.SendInfo ignored -> connections.sendInfo();
            case ConnectorAction.StillWaits waits -> LOG.warn("path {}: {}", path, waits.what());
            case ConnectorAction.Up ready -> {
                phase = Phase.UP;
                if (!broken.get()) { // else the report is on its way to this thread
                    wasUp = true;
                    connecting.ended(
                            path.session(), path.name(), connections.all().size(), "");
                    connections.table().open(ready.chunks());
                    path.heartbeat().start(nowNs);
                    driver.onUp(this);
                }
            }
            case ConnectorAction.Fail failed -> {
                if (failed.cause() instanceof RefusedException refused && refused.isLasting()) {
                    driver.neverAgain();
                }
                takeDown(failed.cause(), nowNs);
            }
        }
    }

    private void beat(long nowNs) {
        if (connections.takeActivity()) {
            path.heartbeat().onActivity();
        }
        Heartbeat.Action action = path.heartbeat().onTick(nowNs);
        if (action == Heartbeat.Action.DEAD) {
            long messagesNs = path.heartbeat().silentNs(nowNs);
            String reason =
                    Silence.heartbeatsMissed("the server", messagesNs, connections.silenceNs(), owner.timeOfDay());
            fail(Errno.ETIMEDOUT, reason, nowNs);
            return;
        }
        heartbeatOwed |= action == Heartbeat.Action.SEND;
        if (heartbeatOwed) {
            postHeartbeat(nowNs);
        }
    }

    /** If the send queue has no room, the next tick tries again. */
    private void postHeartbeat(long nowNs) {
        int errno = connections.service().postImmediate(Immediates.HB_MSG);
        heartbeatOwed = errno == Errno.EAGAIN;
        if (errno != 0 && !heartbeatOwed) {
            fail(Errno.ECONNRESET, "posting a heartbeat failed with errno " + errno, nowNs);
        }
    }

    /** The path broke. */
    private void fail(int errno, String reason, long nowNs) {
        if (phase == Phase.CONNECTING) {
            connector.on(connector.cid(), new ConnectorEvent.LocalFailure(errno, reason), nowNs);
            runActions(nowNs);
        } else if (phase == Phase.UP) {
            LOG.warn("path {} is broken: {}", path, reason);
            takeDown(new RtrsException(errno, "path " + path + ": " + reason), nowNs);
        }
    }

    /** Takes it down, unless that has begun; {@link PathDriver#onOver} follows. */
    void takeDown(RtrsException why, long nowNs) {
        if (phase != Phase.CONNECTING && phase != Phase.UP) {
            return;
        }
        cause = why;
        broken.set(true);
        if (!wasUp) {
            connecting.ended(path.session(), path.name(), connections.all().size(), why.reason());
        }
        path.heartbeat().stop();
        phase = Phase.DRAINING;
        driver.onBroken(this);
        teardown.begin(why, nowNs);
        advance(nowNs, false);
    }

    /**
     * Goes on as far as it can.
     *
     * @param overdue whether what is waited for has not come in time
     */
    private void advance(long nowNs, boolean overdue) {
        boolean late = overdue;
        if (phase == Phase.DRAINING && teardown.isQuiet(late, nowNs)) {
            late = false;
            phase = Phase.DISCONNECTING;
            owner.callBack(teardown.onQuiet(nowNs), () -> driver.onQuiet(this));
        }
        if (phase == Phase.DISCONNECTING && (late || teardown.isDisconnected())) {
            if (late) {
                LOG.warn("path {}: the server's goodbye is overdue; the path goes on without it", path);
            }
            late = false;
            phase = Phase.FREEING;
            teardown.endLoops(nowNs);
        }
        if (phase == Phase.FREEING) {
            if (teardown.tryFree()) {
                phase = Phase.FREED;
                try {
                    driver.onOver(this, nowNs);
                } finally {
                    driver.onFreed(this); // whatever happens, or closing the session would wait for it
                }
            } else if (late) {
                LOG.error("path {}: a callback does not return; what it may use stays allocated until it does", path);
                driver.onOver(this, nowNs);
            }
        }
    }

    // From here on: called on event loops and by threads that post.

    @Override
    public void onPathError(int errno, String reason) {
        if (!broken.compareAndSet(false, true)) {
            return;
        }
        connections.stopNewRequests();
        owner.control().execute(() -> fail(errno, reason, owner.nowNs()));
    }

    @Override
    public void onConnectionFailed(Connection connection, String reason) {
        onPathError(Errno.EIO, reason);
        connections.stopLoop(connection.cid()); // nothing it reports can be trusted any more
    }

    @Override
    public void onInfo(int length) {
        byte[] message = connections.infoMessage(length);
        owner.control().execute(() -> {
            long nowNs = owner.nowNs();
            connector.on(0, new ConnectorEvent.InfoReceived(message), nowNs);
            runActions(nowNs);
        });
    }

    @Override
    public void onHeartbeatAck() {
        if (!broken.get()) {
            path.heartbeat().onAck(owner.nowNs());
        }
    }

    @Override
    public boolean isBroken() {
        return broken.get();
    }

    @Override
    public void onStray(String what) {
        if (!broken.get() && path.countStray()) {
            LOG.warn("path {}: ignored {}; further ones are only counted", path, what);
        }
    }

    @Override
    public String pathName() {
        return path.name();
    }

    @Override
    public void onInvalidateIgnored() {
        if (invalidateWarned.compareAndSet(false, true)) {
            LOG.warn("path {}: the server does not invalidate keys (NEED_INVAL); it is done here", path);
        }
    }

    @Override
    public void onDrained(Connection connection) {
        connections.stopLoop(connection.cid());
        owner.control().execute(() -> {
            connections.onDrained(connection.cid());
            advance(owner.nowNs(), false);
        });
    }

    @Override
    public void onLoopEnded(Connection connection) {
        owner.control().execute(() -> {
            long nowNs = owner.nowNs();
            try {
                fail(Errno.EIO, "the loop of con " + connection.cid() + " has ended", nowNs);
            } finally {
                connections.onLoopEnded(connection.cid()); // whatever that throws: this is told once
                advance(nowNs, false);
            }
        });
    }
}
