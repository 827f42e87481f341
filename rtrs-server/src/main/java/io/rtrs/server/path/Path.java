package io.rtrs.server.path;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.PathStatistics;
import io.rtrs.core.Status;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.connection.Device;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.driver.PathLoops;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.events.PathStateEvent;
import io.rtrs.core.state.ServerPathEvent;
import io.rtrs.core.state.ServerPathState;
import io.rtrs.core.state.ServerPathTable;
import io.rtrs.core.state.StateMachine;
import io.rtrs.core.state.Transition;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.Protocol;
import io.rtrs.server.OpenOperation;
import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import io.rtrs.server.policy.InfoPolicy;
import io.rtrs.server.policy.PathEntry;
import io.rtrs.server.request.ChunkMemory;
import io.rtrs.server.request.Fence;
import io.rtrs.server.request.HeldOperation;
import io.rtrs.server.request.Operation;
import io.rtrs.server.request.OperationOwner;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ConnParam;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A path: from the first accepted connection until nothing of it is left.
 *
 * <p><b>Threading:</b> owned by the control thread; {@link #fail}, the heartbeat's acknowledgements and the queries come
 * from any. <b>Ownership:</b> owns its device (protection domain), memory, connections and their cm ids.
 */
public final class Path implements PathEntry, ServerPath, OperationOwner {
    private static final Logger LOG = LoggerFactory.getLogger(Path.class);

    private final PathHost host;
    private final PathOwner owner;
    private final UUID sessionUuid;
    private final UUID uuid;
    private final int reconnectCount;
    private final InetAddress client;
    private final InetAddress server;
    private final Device device;
    private final ChunkMemory memory;
    private final Operation[] operations;
    private final StateMachine<ServerPathState, ServerPathEvent> machine = new StateMachine<>(ServerPathTable.TABLE);
    private final PathConnections connections;
    private final PathLoops loops;
    private final Pulse pulse;

    /** A moment of the fence. */
    private final long madeAt;

    private final long halfOpenDeadlineNs;
    private final PathOpening opening;
    private final PathTeardown teardown;

    private volatile @Nullable String sessionName;
    private volatile @Nullable RtrsException lastError;

    private final AtomicBoolean explained = new AtomicBoolean();
    private volatile boolean serving;

    /** What was served before the last reset. */
    private volatile PathStatistics uncounted = PathStatistics.NONE;

    /** The session knows it as up, or about to be; the control thread's. */
    private boolean told;

    /** The session has let it be up; the control thread's. */
    private boolean let;

    /**
     * Makes a path without connections; takes over device and memory.
     *
     * @param request the first connection's
     */
    public Path(PathHost host, PathOwner owner, ConReq request, PathEnds ends, Device device, ChunkMemory memory) {
        this.host = host;
        this.owner = owner;
        this.sessionUuid = request.sessionUuid();
        this.uuid = request.pathUuid();
        this.reconnectCount = request.reconnectCount();
        this.client = ends.client();
        this.server = ends.server();
        this.device = device;
        this.memory = memory;
        this.operations = new Operation[memory.config().queueDepth()];
        for (int i = 0; i < operations.length; i++) {
            operations[i] = new Operation(this, memory, owner.fence(), i);
        }
        this.connections = new PathConnections(request.cidNum());
        this.loops = host.loops().path(request.cidNum() - 1);
        Fence fence = owner.fence();
        this.madeAt = fence == null ? 0 : fence.tick();
        this.pulse = new Pulse(this, host);
        this.halfOpenDeadlineNs = host.nowNs() + memory.config().halfOpenTimeoutNs();
        this.opening = new PathOpening(this, memory);
        this.teardown = new PathTeardown(this, host, device, memory);
    }

    /**
     * Makes a connection and accepts it (spec/rtrs.md 5.3, rules 14 and 15).
     *
     * @throws IOException if that fails: the request is still to be rejected, the id still to be destroyed if the path did
     *     not take it (see {@link #owns}); the path has to be closed
     */
    public void accept(int cid, RdmaCmId id) throws IOException {
        ConnectionSizes sizes = cid == 0
                ? ConnectionSizes.service(device.attributes())
                : ConnectionSizes.serverIo(operations.length, memory.config().alwaysInvalidate(), device.attributes());
        Connection made = Connection.create(device, id, cid, sizes, loops.queue(device, cid, sizes));
        ServerConnection connection = take(made);
        if (cid == 0) {
            connection.awaitInfo();
        }
        ConnParam param = new ConnParam().privateData(memory.config().accept().encode());
        param.setRnr_retry_count((byte) Protocol.RETRY_COUNT);
        device.cm().accept(id, param);
    }

    /** Makes a connection the path's, or closes it. */
    private ServerConnection take(Connection made) throws IOException {
        boolean taken = false;
        try {
            ServerConnection connection = new ServerConnection(this, host, made, loops.loop(made.cid()));
            connections.add(connection);
            taken = true;
            if (made.cid() == 0) {
                pulse.answerOn(made);
            }
            return connection;
        } finally {
            if (!taken) {
                made.close();
            }
        }
    }

    /** Whether the cm id is one of the path's connections. */
    public boolean owns(RdmaCmId id) {
        return connections.find(id) != null;
    }

    /** A connection-manager event of one of the path's connections (spec/rtrs.md 5.5). */
    public void onCmEvent(CmEvent event) {
        ServerConnection connection = connections.find(event.getConnIdPriv());
        if (connection == null) {
            return;
        }
        switch (event.type()) {
            case RDMA_CM_EVENT_DISCONNECTED -> {
                if (!close(0, "the client disconnected con " + connection.cid())) {
                    connection.disconnect(); // the DREP for a DREQ that crossed ours
                }
            }
            case RDMA_CM_EVENT_REJECTED,
                    RDMA_CM_EVENT_CONNECT_ERROR,
                    RDMA_CM_EVENT_UNREACHABLE,
                    RDMA_CM_EVENT_ADDR_CHANGE,
                    RDMA_CM_EVENT_TIMEWAIT_EXIT,
                    RDMA_CM_EVENT_DEVICE_REMOVAL ->
                fail(event.errno(), "con " + connection.cid() + ": " + event.describe("the client"));
            default -> {}
        }
    }

    /** INFO_REQ has arrived (spec/rtrs.md 5.6); con 0 has its receives already. */
    void onInfo(byte[] message) {
        if (machine.state() == ServerPathState.CLOSING || machine.state() == ServerPathState.CLOSED) {
            return;
        }
        try {
            String name = InfoPolicy.check(message, this, host.allPaths());
            for (int cid = 1; cid < connections.cidNum(); cid++) {
                connection(cid).serve();
            }
            if (!fire(ServerPathEvent.INFO_ACCEPTED)) {
                return;
            }
            sessionName = name;
        } catch (ProtocolException e) {
            fail(e.errno(), String.valueOf(e.getMessage()));
            return;
        } catch (IOException | OutOfMemoryError e) {
            fail(Errno.ENOMEM, "starting the connections: " + e.getMessage());
            return;
        }
        told = true;
        owner.onUp(this, String.valueOf(sessionName));
    }

    /** The session has the path: it goes on, unless it was closed meanwhile. */
    public void letUp() {
        if (machine.state() == ServerPathState.CONNECTED) {
            let = true;
            opening.begin();
        }
    }

    /** The session must not be. */
    public void refused(Status why) {
        told = false;
        fail(why.errno(), "the session listener refused");
    }

    /** False if nothing has changed. What must not happen in its state is a defect: it is told, and ends the path. */
    private boolean fire(ServerPathEvent event) {
        ServerPathState from = machine.state();
        Transition<ServerPathState> transition = machine.fire(event);
        if (transition.outcome() == Transition.Outcome.ILLEGAL) {
            String what = event + " in state " + transition.to() + ", which must not happen";
            LOG.error("{}: {}: a defect of the server; the path is closed", this, what);
            fail(Errno.EIO, what);
        }
        if (transition.moved()) {
            String path = "ip:" + client.getHostAddress() + "@ip:" + server.getHostAddress();
            PathStateEvent.tell("server", owner.session().name(), path, from, transition.to(), event.name());
        }
        return transition.moved();
    }

    void onGranted() {
        if (machine.state() == ServerPathState.CONNECTED) {
            opening.grantMore();
        }
    }

    /** Every chunk has a key: requests may come as soon as INFO_RSP is sent. */
    void serve(int infoLength) {
        serving = true;
        int errno = connection(0).connection().postInfo(memory.info(), infoLength);
        if (errno != 0) {
            fail(errno, "sending INFO_RSP: " + Errno.describe(errno));
            return;
        }
        pulse.start();
        LOG.info("{}: connected, {} connections, queue depth {}", this, connections.cidNum(), operations.length);
    }

    /** Time has passed. */
    public void onTick(long nowNs) {
        switch (machine.state()) {
            case CONNECTING -> checkHalfOpen(nowNs);
            case CONNECTED -> {
                if (serving) {
                    pulse.onTick(nowNs);
                } else {
                    checkHalfOpen(nowNs);
                }
            }
            case CLOSING -> teardown.onTick(nowNs);
            case CLOSED -> {}
        }
    }

    /** When {@link #onTick} is due. */
    public long nextDeadlineNs() {
        return switch (machine.state()) {
            case CONNECTING -> halfOpenDeadlineNs;
            case CONNECTED -> !serving ? halfOpenDeadlineNs : pulse.nextDeadlineNs();
            case CLOSING -> teardown.nextDeadlineNs();
            case CLOSED -> ControlHandler.NO_DEADLINE;
        };
    }

    private void checkHalfOpen(long nowNs) {
        if (nowNs - halfOpenDeadlineNs >= 0) {
            String what = told && !let
                    ? "the session listener has not answered, and holds up every session that connects"
                    : connections.made() + " of " + connections.cidNum() + " connections and no complete INFO exchange";
            fail(Errno.ETIMEDOUT, "half-open for too long: " + what);
        }
    }

    @Override
    public void fail(int errno, String reason) {
        @SuppressWarnings("unused") // whoever was first has closed it
        boolean first = close(errno, reason);
    }

    /**
     * A message of the client's was refused. With iWARP that ends the connection of both (spec/iwarp.md 13.4), and the news of
     * the end may come before the completion that says why.
     */
    void refuse(int errno, String reason) {
        if (!close(errno, reason)) {
            explain(errno, reason);
        }
    }

    /** Says why it is over, once: what follows from an error is none. */
    private void explain(int errno, String reason) {
        if (explained.compareAndSet(false, true)) {
            lastError = new RtrsException(errno, reason);
            LOG.warn("{}: closing, {}", this, reason);
            host.incident(toString(), errno, reason);
        }
    }

    /**
     * Closes the path.
     *
     * @param errno 0 for an orderly end
     * @return whether this call was the one that did
     */
    private boolean close(int errno, String reason) {
        if (!fire(ServerPathEvent.CLOSE)) {
            return false;
        }
        if (errno == 0) {
            LOG.info("{}: closing, {}", this, reason);
        } else {
            explain(errno, reason);
        }
        host.execute(teardown::begin);
        return true;
    }

    /** Closes the path in order, because the server or an operator wants it. Any thread. */
    public void close(String reason) {
        fail(0, reason);
    }

    @Override
    public void disconnect() {
        close("disconnected by the server's operator");
    }

    @Override
    public void onReleasedLate() {
        host.execute(this::advance);
    }

    void advance() {
        teardown.advance();
    }

    /** No operation of it is with the handler any more, and none will be. */
    void down() {
        if (told) {
            told = false;
            owner.onDown(this);
        }
    }

    void closed() {
        if (fire(ServerPathEvent.CLOSED)) {
            LOG.debug("{}: closed", this);
            owner.onClosed(this);
        }
    }

    /** Bytes of its chunks. */
    public long chunkBytes() {
        return memory.config().chunkBytes();
    }

    Pulse pulse() {
        return pulse;
    }

    ServerConnection connection(int cid) {
        return connections.get(cid);
    }

    /** The connections that exist. */
    List<ServerConnection> madeConnections() {
        return connections.list();
    }

    @Nullable
    Fence fence() {
        return owner.fence();
    }

    @Override
    public boolean isSilent() {
        return pulse.isSilent();
    }

    @Override
    public void bar(int bufferId) {
        operations[bufferId].bar();
    }

    @Override
    public long madeAt() {
        return madeAt;
    }

    @Override
    public long provenAt() {
        return pulse.provenAt();
    }

    @Override
    public void prove(Operation operation, long after) {
        host.execute(() -> {
            if (isConnected()) { // else the teardown gives it back
                pulse.prove(operation, after);
            }
        });
    }

    PathLoops loops() {
        return loops;
    }

    Operation[] operations() {
        return operations;
    }

    ChunkMemory memory() {
        return memory;
    }

    @Override
    public ServerSession session() {
        return owner.session();
    }

    @Override
    public UUID sessionUuid() {
        return sessionUuid;
    }

    @Override
    public UUID uuid() {
        return uuid;
    }

    @Override
    public InetAddress clientAddress() {
        return client;
    }

    @Override
    public InetAddress serverAddress() {
        return server;
    }

    @Override
    public String deviceName() {
        return device.attributes().name();
    }

    @Override
    public ServerPathState state() {
        return machine.state();
    }

    @Override
    public boolean isConnected() {
        return serving && machine.state() == ServerPathState.CONNECTED;
    }

    @Override
    public int connections() {
        return connections.cidNum();
    }

    @Override
    public int reconnectCount() {
        return reconnectCount;
    }

    @Override
    public int cidNum() {
        return connections.cidNum();
    }

    @Override
    public boolean hasConnection(int cid) {
        return connections.has(cid);
    }

    @Override
    public int connectionCount() {
        return connections.made();
    }

    @Override
    public @Nullable String sessionName() {
        return sessionName;
    }

    @Override
    public boolean halfOpen() {
        ServerPathState now = machine.state();
        return now == ServerPathState.CONNECTING || (now == ServerPathState.CONNECTED && !serving);
    }

    @Override
    public int devicePort() {
        return connections.made() == 0 ? 1 : Math.max(1, connection(0).id().getPort_num());
    }

    @Override
    public PathStatistics statistics() {
        PathStatistics before = uncounted; // first: a reset meanwhile would take away more than was counted here
        return connections.statistics().minus(before);
    }

    @Override
    public void resetStatistics() {
        uncounted = connections.statistics();
    }

    @Override
    public Optional<RtrsException> lastError() {
        return Optional.ofNullable(lastError);
    }

    @Override
    public int inFlight() {
        int count = 0;
        for (Operation operation : operations) {
            count += operation.isHandled() ? 1 : 0;
        }
        return count;
    }

    @Override
    public List<OpenOperation> openOperations() {
        List<OpenOperation> open = new ArrayList<>();
        for (Operation operation : operations) {
            HeldOperation held = HeldOperation.of(operation);
            if (held != null) {
                open.add(held);
            }
        }
        return open;
    }

    @Override
    public String name() {
        return client.getHostAddress() + "@" + server.getHostAddress();
    }

    @Override
    public String toString() {
        return owner.session() + " path " + name();
    }
}
