package io.rtrs.client.driver;

import io.rtrs.client.path.ConnectorAction;
import io.rtrs.client.path.ConnectorEvent;
import io.rtrs.client.path.Path;
import io.rtrs.client.path.PathConnector;
import io.rtrs.client.path.PathIdentity;
import io.rtrs.client.request.PathEvents;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.driver.ControlLoop;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.imm.Immediates;
import io.rtrs.core.path.Heartbeat;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.Silence;
import io.rtrs.core.state.ClientPathEvent;
import io.rtrs.core.wire.ChunkMap;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.VerbsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Drives one path: executes what its connector wants, keeps it alive, and hands it to its teardown when it breaks or is
 * closed.
 *
 * <p><b>Threading:</b> the control thread; the methods of {@link PathEvents} come from any and only pass on.
 */
final class PathDriver implements PathEvents {
    private static final Logger LOG = LoggerFactory.getLogger(PathDriver.class);

    private final PathOwner owner;
    private final SessionOptions options;
    private final Path path;
    private final PathConnector connector;
    private final PathConnections connections;
    private final PathTeardown teardown;
    private final AtomicBoolean broken = new AtomicBoolean();
    private final AtomicBoolean invalidateWarned = new AtomicBoolean();
    private volatile boolean answerOwed;
    private boolean heartbeatOwed;
    private boolean up;
    private boolean wasUp;

    PathDriver(PathOwner owner, SessionOptions options, PathAddress address, Path path, PathIdentity identity) {
        this.owner = owner;
        this.options = options;
        this.path = path;
        this.connector = new PathConnector(
                identity, address.toString(), options.port(), options.cidNum(), options.connectTimeoutNs());
        this.connections = new PathConnections(this, owner, options, address, path);
        this.teardown = new PathTeardown(connections, path, owner.dispatch(), options.connectTimeoutNs());
    }

    Path path() {
        return path;
    }

    PathConnections connections() {
        return connections;
    }

    /** Starts to connect. */
    void start(long nowNs) {
        connector.start(nowNs);
        runActions(nowNs);
    }

    /** Closes the path; {@link PathOwner#onClosed} follows, unless it is closed already. */
    void close(long nowNs) {
        path.fire(ClientPathEvent.CLOSE);
        beginTeardown(new RtrsException(Errno.ESHUTDOWN, "path " + path + " was closed"), nowNs);
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
        connections.onCmEvent(cid, input);
        if (teardown.started()) {
            continueTeardown(nowNs);
        } else if (up) {
            onError(errno(event), "con " + cid + ": " + what, nowNs);
        } else {
            connector.on(cid, input, nowNs);
            runActions(nowNs);
        }
    }

    /** An event that should not come here has no errno of its own. */
    private static int errno(CmEvent event) {
        return event.errno() == 0 ? Errno.ECONNRESET : event.errno();
    }

    void onTick(long nowNs) {
        if (teardown.started()) {
            if (teardown.onTick(nowNs)) {
                continueTeardown(nowNs);
            }
        } else if (up) {
            beat(nowNs);
        } else {
            connector.onTick(nowNs);
            runActions(nowNs);
        }
    }

    long nextDeadlineNs() {
        if (teardown.started()) {
            return teardown.nextDeadlineNs();
        }
        if (up) {
            return path.heartbeat().isRunning() ? path.heartbeat().nextDeadlineNs() : ControlHandler.NO_DEADLINE;
        }
        return connector.nextDeadlineNs();
    }

    private void runActions(long nowNs) {
        for (ConnectorAction action = connector.poll(); action != null; action = connector.poll()) {
            try {
                run(action, nowNs);
            } catch (VerbsException e) {
                localFailure(e.errno(), e, nowNs);
            } catch (RtrsException e) {
                localFailure(e.errno(), e, nowNs);
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                localFailure(Errno.EIO, e, nowNs);
            }
        }
    }

    private void localFailure(int errno, Throwable cause, long nowNs) {
        LOG.debug("path {}: con {} at step {}", path, connector.cid(), connector.step(), cause);
        String what = connector.step() + " of con " + connector.cid() + ": " + cause.getMessage();
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
            case ConnectorAction.Up ready -> onUp(ready.chunks(), nowNs);
            case ConnectorAction.Fail failed -> {
                path.fire(ClientPathEvent.ERROR);
                path.lastError(failed.cause());
                beginTeardown(failed.cause(), nowNs);
            }
        }
    }

    private void onUp(ChunkMap chunks, long nowNs) {
        if (!path.fire(ClientPathEvent.ESTABLISHED).moved()) {
            return;
        }
        up = true;
        if (broken.get()) {
            return; // the report is on its way to this thread
        }
        wasUp = true;
        connections.table().open(chunks);
        path.heartbeat().start(nowNs);
        LOG.info("path {} is up: {} connections", path, options.cidNum());
        owner.onUp(this);
    }

    private void beat(long nowNs) {
        if (connections.takeActivity()) {
            path.heartbeat().onActivity();
        }
        Heartbeat.Action action = path.heartbeat().onTick(nowNs);
        if (action == Heartbeat.Action.DEAD) {
            long messagesNs = path.heartbeat().silentNs(nowNs);
            String reason = Silence.heartbeatsMissed(
                    "the server", messagesNs, connections.silenceNs(), LocalTime.now(ZoneId.systemDefault()));
            onError(Errno.ETIMEDOUT, reason, nowNs);
            return;
        }
        heartbeatOwed |= action == Heartbeat.Action.SEND;
        if (heartbeatOwed) {
            heartbeatOwed = !postBeat(Immediates.HB_MSG, nowNs);
        }
        if (answerOwed) {
            answerOwed = !postBeat(Immediates.HB_ACK, nowNs);
        }
    }

    /** False if the send queue has no room: then the next tick tries again. */
    private boolean postBeat(int immediate, long nowNs) {
        int errno = connections.service().postImmediate(immediate);
        if (errno != 0 && errno != Errno.EAGAIN) {
            onError(Errno.ECONNRESET, "posting a heartbeat failed with errno " + errno, nowNs);
        }
        return errno != Errno.EAGAIN;
    }

    private void onError(int errno, String reason, long nowNs) {
        if (teardown.started()) {
            return;
        }
        if (!up) {
            connector.on(connector.cid(), new ConnectorEvent.LocalFailure(errno, reason), nowNs);
            runActions(nowNs);
            return;
        }
        LOG.warn("path {} is broken: {}", path, reason);
        path.fire(ClientPathEvent.ERROR);
        RtrsException cause = new RtrsException(errno, "path " + path + ": " + reason);
        path.lastError(cause);
        beginTeardown(cause, nowNs);
    }

    private void beginTeardown(RtrsException cause, long nowNs) {
        if (teardown.started()) {
            return;
        }
        up = false;
        broken.set(true);
        path.heartbeat().stop();
        teardown.start(cause, nowNs);
        continueTeardown(nowNs);
    }

    private void continueTeardown(long nowNs) {
        if (teardown.step() == PathTeardown.Step.DRAINING && teardown.tryDisconnect(nowNs) && wasUp) {
            wasUp = false;
            owner.onDown(this, teardown.cause());
        }
        if (teardown.step() == PathTeardown.Step.DISCONNECTING && teardown.tryFinish(nowNs)) {
            // No reconnecting in this release: attempts are exhausted from the start.
            path.fire(ClientPathEvent.CLOSE);
            path.fire(ClientPathEvent.CLOSED);
            owner.onClosed(this, teardown.cause());
        }
    }

    // From here on: called on event loops.

    @Override
    public void onPathError(int errno, String reason) {
        if (!broken.compareAndSet(false, true)) {
            return;
        }
        connections.stopNewRequests();
        owner.control().execute(() -> onError(errno, reason, ControlLoop.nowNs()));
    }

    @Override
    public void onConnectionFailed(Connection connection, String reason) {
        onPathError(Errno.EIO, reason);
        owner.control().execute(() -> {
            connections.onLoopFailed(connection.cid());
            if (teardown.started()) {
                continueTeardown(ControlLoop.nowNs());
            }
        });
    }

    @Override
    public void onInfo(int length) {
        byte[] message = connections.infoMessage(length);
        owner.control().execute(() -> {
            long nowNs = ControlLoop.nowNs();
            connector.on(0, new ConnectorEvent.InfoReceived(message), nowNs);
            runActions(nowNs);
        });
    }

    @Override
    public void onHeartbeatAck() {
        path.heartbeat().onAck(ControlLoop.nowNs());
    }

    @Override
    public void onHeartbeatUnanswered() {
        answerOwed = true;
    }

    @Override
    public void onStray(String what) {
        if (!broken.get() && path.countStray()) {
            LOG.warn("path {}: ignored {}; further ones are only counted", path, what);
        }
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
            if (teardown.started()) {
                continueTeardown(ControlLoop.nowNs());
            }
        });
    }
}
