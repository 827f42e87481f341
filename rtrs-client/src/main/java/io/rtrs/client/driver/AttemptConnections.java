package io.rtrs.client.driver;

import com.ibm.disni.verbs.RdmaCm;
import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.client.path.ConnectorEvent;
import io.rtrs.client.path.Path;
import io.rtrs.client.request.AnswerHandler;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.CarrierTableBuilder;
import io.rtrs.client.request.PathLimits;
import io.rtrs.client.request.ResourceStack;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.connection.Connection;
import io.rtrs.core.connection.ConnectionQueue;
import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.driver.PathLoops;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.memory.Slab;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.RdmaAddress;
import io.rtrs.core.path.Silence;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.core.wire.InfoReq;
import io.rtrs.core.wire.Protocol;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.DeviceAttr;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The connections of one attempt to establish a path, and all that is made for them, in the order of making.
 *
 * <p><b>Threading:</b> the control thread, but for what says otherwise. <b>Ownership:</b> everything is in one stack, which
 * the teardown closes: work requests before queue pairs, queue pairs before cm ids. The windows are apart.
 */
final class AttemptConnections {
    /** Room of one receive: RKEY_RSP's 8 bytes in a cache line of their own. */
    private static final int RECEIVE_BYTES = 64;

    private final Attempt attempt;
    private final PathOwner owner;
    private final SessionOptions options;
    private final PathAddress address;
    private final Path path;
    private final ResourceStack resources = new ResourceStack();
    private final ResourceStack windows = new ResourceStack();
    private final List<ClientConnection> all = new ArrayList<>();
    private @Nullable SessionDevice device;
    private @Nullable InetSocketAddress source;
    private @Nullable Slab infoRequest;
    private volatile @Nullable Slab infoResponse;
    private volatile @Nullable CarrierTable table;
    private final PathLoops loops;

    AttemptConnections(Attempt attempt, PathOwner owner, SessionOptions options, PathAddress address, Path path) {
        this.attempt = attempt;
        this.owner = owner;
        this.options = options;
        this.address = address;
        this.path = path;
        this.loops = owner.loops().path(options.ioConnections());
        resources.push("completion queues", loops::close);
    }

    List<ClientConnection> all() {
        return all;
    }

    ResourceStack resources() {
        return resources;
    }

    /** The windows of reads: freed before requests are failed, because a bound one holds the user's memory. */
    ResourceStack windows() {
        return windows;
    }

    /** Con 0's queue pair. */
    Connection service() {
        return all.getFirst().made();
    }

    /** What carries requests, once it is made. */
    @Nullable
    CarrierTable tableOrNull() {
        return table;
    }

    CarrierTable table() {
        CarrierTable made = table;
        if (made == null) {
            throw new IllegalStateException("path " + path + " has no requests yet");
        }
        return made;
    }

    void resolveAddress(int cid) throws IOException {
        InetSocketAddress from = source != null ? source : sourceAddress();
        InetSocketAddress to = ip(address.destination()).socketAddress(options.port());
        RdmaCmId id = owner.provider().cm().createId(owner.control().channel(), RdmaCm.RDMA_PS_TCP);
        ClientConnection made = new ClientConnection(cid, id);
        all.add(made);
        resources.push("cm id", () -> {
            owner.forget(id);
            owner.provider().cm().destroyCmId(id);
        });
        owner.adopt(id, attempt, cid);
        owner.provider().cm().reuseAddress(id);
        int timeoutMs = (int) Math.max(1, options.connectTimeoutNs() / 1_000_000);
        owner.provider().cm().resolveAddr(id, from, to, timeoutMs);
    }

    private @Nullable InetSocketAddress sourceAddress() throws IOException {
        RdmaAddress configured = address.source();
        return configured == null ? null : ip(configured).socketAddress(0);
    }

    private static RdmaAddress.Ip ip(RdmaAddress end) throws RtrsException {
        if (end instanceof RdmaAddress.Ip ip) {
            return ip;
        }
        throw new RtrsException(Errno.EPROTONOSUPPORT, end + " cannot be connected to, only ip: addresses");
    }

    void create(int cid, int queueDepth) throws IOException {
        ClientConnection connection = all.get(cid);
        SessionDevice on = owner.devices().deviceOf(connection.id.getVerbs());
        SessionDevice chosen = device;
        if (chosen == null) {
            device = on;
            adoptAddresses(connection.id, on.device().attributes().name());
        } else if (chosen.index() != on.index()) {
            throw new RtrsException(
                    Errno.EHOSTUNREACH,
                    "con " + cid + " leaves through device "
                            + on.device().attributes().name() + ", con 0 through "
                            + chosen.device().attributes().name());
        }
        DeviceAttr attributes = on.device().attributes();
        ConnectionSizes sizes = sizes(cid, queueDepth, attributes);
        ConnectionQueue queue = loops.queue(on.device(), cid, sizes);
        Connection made = Connection.create(on.device(), connection.id, cid, sizes, queue);
        connection.connection = made;
        resources.push("con " + cid, made::close);
    }

    private static ConnectionSizes sizes(int cid, int queueDepth, DeviceAttr attributes) throws RtrsException {
        try {
            return cid == 0 ? ConnectionSizes.service(attributes) : ConnectionSizes.clientIo(queueDepth, attributes);
        } catch (IllegalArgumentException e) {
            throw new RtrsException(Errno.EINVAL, "the device is too small: " + e.getMessage(), e);
        }
    }

    /** All connections of a path leave from where the first one does (spec/rtrs.md 4.1). */
    private void adoptAddresses(RdmaCmId id, String deviceName) throws IOException {
        if (owner.provider().cm().getSrcAddr(id) instanceof InetSocketAddress resolved) {
            source = new InetSocketAddress(resolved.getAddress(), 0);
            RdmaAddress configured = address.source();
            RdmaAddress from = configured != null ? configured : new RdmaAddress.Ip(resolved.getAddress(), null);
            path.leavesThrough(from, deviceName, Math.max(1, id.getPort_num())); // providers in software have one port
        }
    }

    void resolveRoute(int cid) throws IOException {
        int timeoutMs = (int) Math.max(1, options.connectTimeoutNs() / 1_000_000);
        owner.provider().cm().resolveRoute(all.get(cid).id, timeoutMs);
    }

    void connect(int cid, ConReq request) throws IOException {
        ConnParam param = new ConnParam().privateData(request.encode());
        param.setRetry_count((byte) Protocol.RETRY_COUNT);
        param.setRnr_retry_count((byte) Protocol.RETRY_COUNT);
        owner.provider().cm().connect(all.get(cid).id, param);
    }

    /** Notes what a connection-manager event says about a connection's life. */
    void onCmEvent(int cid, ConnectorEvent event) {
        ClientConnection connection = all.get(cid);
        if (event instanceof ConnectorEvent.Established) {
            connection.established = true;
        } else if (event instanceof ConnectorEvent.Lost
                || event instanceof ConnectorEvent.Rejected
                || event instanceof ConnectorEvent.Unreachable) {
            connection.disconnected = true;
        }
    }

    void prepareRequests(ConRsp.Accept accept) throws IOException {
        SessionDevice on = device;
        if (on == null) {
            throw new IllegalStateException("path " + path + " has no device");
        }
        List<Connection> connections = all.stream().map(ClientConnection::made).toList();
        PathLimits limits = PathLimits.of(accept);
        CarrierTableBuilder builder = new CarrierTableBuilder(
                on.device(),
                on.index(),
                connections,
                limits,
                owner.requests(limits.queueDepth()),
                owner.nextTag(),
                path.stats(),
                attempt);
        CarrierTable made = builder.build(resources, on.windows() ? windows : null);
        table = made;
        path.table(made);
        int infoBytes = Protocol.infoRspSize(limits.queueDepth());
        infoRequest = slab("INFO_REQ", Protocol.INFO_REQ_SIZE);
        infoResponse = slab("INFO_RSP", infoBytes);
        startLoops(made, connections, infoBytes);
    }

    private void startLoops(CarrierTable requests, List<Connection> connections, int infoBytes) throws IOException {
        List<Slab> memory = new ArrayList<>();
        for (Connection connection : connections) {
            memory.add(slab("receives of con " + connection.cid(), slots(connection) * RECEIVE_BYTES));
        }
        List<MemorySegment> segments = memory.stream().map(Slab::segment).toList();
        AnswerHandler handler = new AnswerHandler(requests, attempt, connections.getFirst(), segments);
        for (Connection connection : connections) {
            int cid = connection.cid();
            CompletionLoop loop = loops.loop(cid);
            loop.start(connection, handler);
            all.get(cid).loop = loop;
            if (cid == 0) {
                connection.postFirstReceive(Objects.requireNonNull(infoResponse), infoBytes);
            }
            Slab receives = memory.get(cid);
            connection.startReceives(slots(connection), receives.segment(), RECEIVE_BYTES, receives.lkey());
        }
    }

    /** Con 0 has the INFO receive posted before them. */
    private static int slots(Connection connection) {
        return connection.sizes().recvWr() - (connection.cid() == 0 ? 1 : 0);
    }

    private Slab slab(String what, int bytes) throws IOException {
        SessionDevice on = device;
        if (on == null) {
            throw new IllegalStateException("path " + path + " has no device");
        }
        Slab slab = Slab.allocate(on.device().verbs(), on.device().pd(), bytes, Slab.LOCAL);
        resources.push(what, slab::close);
        return slab;
    }

    void sendInfo() throws IOException {
        Slab request = infoRequest;
        if (request == null) {
            throw new IllegalStateException("path " + path + " has no room for INFO_REQ");
        }
        new InfoReq(options.sessionName()).encode(request.segment());
        int errno = service().postInfo(request, Protocol.INFO_REQ_SIZE);
        if (errno != 0) {
            throw new RtrsException(errno, "posting INFO_REQ");
        }
    }

    /** A copy of INFO_RSP; called on con 0's loop. */
    byte[] infoMessage(int length) {
        Slab response = infoResponse;
        if (response == null) {
            return new byte[0];
        }
        long size = Math.min(length, response.segment().byteSize());
        return response.segment().asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Lets no request start any more; any thread. */
    void stopNewRequests() {
        CarrierTable made = table;
        if (made != null) {
            made.refuse();
        }
    }

    /** Whether anything arrived on any connection since the last call. */
    boolean takeActivity() {
        boolean active = false;
        for (ClientConnection connection : all) {
            active |= connection.made().takeActivity();
        }
        return active;
    }

    /** How long nothing of the server arrived on any connection, or {@link Silence#UNKNOWN}. */
    long silenceNs() {
        long shortest = Silence.UNKNOWN;
        for (ClientConnection connection : all) {
            long silentNs = connection.made().silenceNs();
            shortest = shortest < 0 ? silentNs : Math.min(shortest, silentNs);
        }
        return shortest;
    }

    /** Has a connection's loop let go of it soon; any thread. */
    void stopLoop(int cid) {
        ClientConnection connection = all.get(cid);
        CompletionLoop loop = connection.loop;
        if (loop != null) {
            loop.stop(connection.made());
        }
    }

    void onDrained(int cid) {
        all.get(cid).quiet = true;
    }

    /** Nobody uses the queue pair any more: if it was not drained, destroying it ends what is outstanding. */
    void onLoopEnded(int cid) {
        ClientConnection connection = all.get(cid);
        connection.loopEnded = true;
        if (!connection.quiet) {
            AttemptTeardown.closeQueuePair(connection);
            connection.quiet = true;
        }
    }
}
