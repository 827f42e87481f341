package io.rtrs.verbs.softroce.driver;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.completion.CompletionQueue;
import io.rtrs.verbs.connection.Addresses;
import io.rtrs.verbs.connection.CmId;
import io.rtrs.verbs.connection.Event;
import io.rtrs.verbs.connection.EventChannel;
import io.rtrs.verbs.memory.Domain;
import io.rtrs.verbs.softroce.cm.AcceptParameters;
import io.rtrs.verbs.softroce.cm.ConnectParameters;
import io.rtrs.verbs.softroce.cm.ConnectionManager;
import io.rtrs.verbs.softroce.cm.message.PrivateData;
import io.rtrs.verbs.softroce.endpoint.Endpoint;
import io.rtrs.verbs.softroce.wire.Gid;
import io.rtrs.verbs.softroce.wire.RoceOpcode;
import io.rtrs.verbs.software.Live;
import io.rtrs.verbs.software.SoftwareCm;
import io.rtrs.verbs.work.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Connection management: what an id may do; its connection is the connection manager's of its drive. */
final class SoftCm extends SoftwareCm {
    /**
     * System property, a time code: who connects has both sides repeat a request after this time, who accepts has a kernel
     * wait at least as long.
     */
    static final String ACK_TIMEOUT_PROPERTY = "io.rtrs.verbs.softroce.ackTimeout";

    /** 0.54 s until a request is repeated; seven repetitions give a peer four seconds. */
    private static final int ACK_TIMEOUT = 17;

    /** REJ: nobody listens. */
    private static final int INVALID_SERVICE = 8;

    private final Registry registry;
    private final Routes routes;

    SoftCm(VerbsProvider provider, Registry registry, Live live) {
        super(provider, live);
        this.registry = registry;
        this.routes = new Routes(registry);
    }

    // ---- ids and queue pairs

    @Override
    public RdmaCmId createId(RdmaEventChannel channel, short portSpace) throws IOException {
        SoftId id = new SoftId((EventChannel) channel, portSpace);
        live.ids.incrementAndGet();
        return id;
    }

    @Override
    public void reuseAddress(RdmaCmId id) {
        synchronized (registry) {
            ((SoftId) id).reuse = true;
        }
    }

    @Override
    protected boolean hasQueuePair(CmId id) {
        return ((SoftId) id).qp != null;
    }

    @Override
    protected IbvQP newQueuePair(
            CmId cmId, Domain domain, IbvQPInitAttr attr, CompletionQueue sendCq, CompletionQueue recvCq)
            throws IOException {
        SoftId id = (SoftId) cmId;
        Drive drive = driveOf(id);
        SoftQp qp = new SoftQp(drive, domain, attr, (SoftQueue) sendCq, (SoftQueue) recvCq, registry.numbers.take());
        id.attach(qp);
        return qp;
    }

    @Override
    protected IbvQP removeQueuePair(CmId cmId) {
        SoftId id = (SoftId) cmId;
        SoftQp qp = Objects.requireNonNull(id.qp);
        id.attach(null);
        qp.destroy();
        return qp;
    }

    // ---- addresses

    @Override
    public void bindAddr(RdmaCmId cmId, SocketAddress address) throws IOException {
        bind((SoftId) cmId, internet(address));
    }

    private void bind(SoftId id, InetSocketAddress address) throws IOException {
        synchronized (registry) {
            require(id, SoftId.State.NEW);
            id.source = registry.addresses.bind(id, address.getAddress(), address.getPort());
            try {
                if (!address.getAddress().isAnyLocalAddress()) {
                    id.drive = registry.use(address.getAddress());
                    id.device(registry.device());
                }
                id.state = SoftId.State.BOUND;
            } finally {
                if (id.state == SoftId.State.NEW) {
                    registry.addresses.release(id);
                    id.source = null;
                }
            }
        }
    }

    @Override
    public void resolveAddr(RdmaCmId cmId, @Nullable SocketAddress source, SocketAddress destination, int timeoutMs)
            throws IOException {
        SoftId id = (SoftId) cmId;
        InetSocketAddress to = internet(destination);
        synchronized (registry) {
            require(id, SoftId.State.NEW, SoftId.State.BOUND);
            if (id.state == SoftId.State.NEW && source != null) {
                bind(id, internet(source));
            }
            if (id.drive == null && !chooseSource(id, to)) {
                Registry.event(id, EventType.RDMA_CM_EVENT_ADDR_ERROR, -Errno.ETIMEDOUT, null);
                return;
            }
            id.destination = new InetSocketAddress(Addresses.plain(to.getAddress()), to.getPort());
            id.device(registry.device());
            id.state = SoftId.State.ADDRESS;
            Registry.event(id, EventType.RDMA_CM_EVENT_ADDR_RESOLVED, 0, null);
        }
    }

    /** Gives an id without a local address, or at the wildcard, the one that leads to the destination. */
    private boolean chooseSource(SoftId id, InetSocketAddress to) throws IOException {
        Drive drive = routes.use(to.getAddress());
        if (drive == null) {
            return false;
        }
        InetSocketAddress bound = id.source;
        boolean done = false;
        try {
            id.source = bound == null
                    ? registry.addresses.bind(id, drive.address(), 0)
                    : new InetSocketAddress(drive.address(), bound.getPort());
            id.drive = drive;
            done = true;
        } finally {
            if (!done) {
                registry.release(drive);
            }
        }
        return true;
    }

    @Override
    public void resolveRoute(RdmaCmId cmId, int timeoutMs) throws IOException {
        SoftId id = (SoftId) cmId;
        synchronized (registry) {
            require(id, SoftId.State.ADDRESS);
            id.state = SoftId.State.ROUTE;
            Registry.event(id, EventType.RDMA_CM_EVENT_ROUTE_RESOLVED, 0, null);
        }
    }

    // ---- listening

    @Override
    public void listen(RdmaCmId cmId, int backlog) throws IOException {
        SoftId id = (SoftId) cmId;
        List<Drive> drives;
        synchronized (registry) {
            require(id, SoftId.State.BOUND);
            InetAddress local = Objects.requireNonNull(id.source).getAddress();
            drives = local.isAnyLocalAddress() ? registry.useAll(local) : List.of(registry.use(local));
            id.backlog = backlog;
            id.state = SoftId.State.LISTENING;
            registry.addListener(id);
        }
        for (Drive drive : drives) {
            registry.listen(id, drive);
        }
    }

    // ---- connections

    @Override
    public void connect(RdmaCmId cmId, RdmaConnParam parameters) throws IOException {
        SoftId id = (SoftId) cmId;
        byte[] data = privateData(parameters);
        limit(data, ConnectionManager.CONNECT_DATA);
        Drive drive;
        SoftQp qp;
        ConnectParameters wish;
        synchronized (registry) {
            require(id, SoftId.State.ROUTE);
            drive = driveOf(id);
            qp = queuePair(id);
            wish = wish(id, drive, qp, parameters, data);
            id.state = SoftId.State.CONNECTION;
        }
        if (routes.isNobodyAt(wish.peer().toAddress())) {
            qp.fail();
            synchronized (registry) {
                Registry.event(id, EventType.RDMA_CM_EVENT_REJECTED, INVALID_SERVICE, null);
            }
            return;
        }
        Endpoint endpoint = drive.endpoint();
        int result = drive.run(now -> {
            long handle = endpoint.connections().connect(wish, now);
            if (handle > 0) {
                endpoint.announce(qp.lane());
                drive.consumer().addConnection(handle, id);
            }
            return (int) Math.min(handle, 0);
        });
        if (result != 0) {
            throw new VerbsException("connecting to " + id.destination + " was refused", -result);
        }
    }

    private ConnectParameters wish(SoftId id, Drive drive, SoftQp qp, RdmaConnParam parameters, byte[] data) {
        InetSocketAddress from = Objects.requireNonNull(id.source);
        InetSocketAddress to = Objects.requireNonNull(id.destination);
        return new ConnectParameters(
                Gid.of(to.getAddress()),
                to.getPort(),
                from.getPort(),
                qp.number(),
                registry.random.nextInt(),
                pathMtu(drive, to),
                Byte.toUnsignedInt(parameters.getInitiator_depth()),
                Byte.toUnsignedInt(parameters.getResponder_resources()),
                parameters.getRetry_count(),
                parameters.getRnr_retry_count(),
                Integer.getInteger(ACK_TIMEOUT_PROPERTY, ACK_TIMEOUT),
                false,
                PrivateData.of(data));
    }

    /** More than the largest of a network only where the packets do not leave the machine. */
    private static int pathMtu(Drive drive, InetSocketAddress to) {
        int ours = drive.endpoint().link().pathMtu();
        return to.getAddress().isLoopbackAddress() ? ours : Math.min(ours, RoceOpcode.MAX_PAYLOAD);
    }

    @Override
    public void accept(RdmaCmId cmId, RdmaConnParam parameters) throws IOException {
        byte[] data = privateData(parameters);
        limit(data, ConnectionManager.ACCEPT_DATA);
        SoftQp qp;
        synchronized (registry) {
            qp = queuePair((SoftId) cmId);
        }
        AcceptParameters wish = new AcceptParameters(
                qp.number(),
                registry.random.nextInt(),
                Byte.toUnsignedInt(parameters.getInitiator_depth()),
                Byte.toUnsignedInt(parameters.getResponder_resources()),
                parameters.getRnr_retry_count(),
                Integer.getInteger(ACK_TIMEOUT_PROPERTY, AcceptParameters.ACK_DELAY),
                false,
                PrivateData.of(data));
        command((SoftId) cmId, "accept", (manager, connection, now) -> manager.accept(connection, wish, now));
    }

    @Override
    public void reject(RdmaCmId id, byte[] privateData) throws IOException {
        limit(privateData, ConnectionManager.REJECT_DATA);
        PrivateData data = PrivateData.of(privateData);
        command((SoftId) id, "reject", (manager, connection, now) -> manager.reject(connection, data, now));
    }

    @Override
    public void notifyEstablished(RdmaCmId id) throws IOException {
        command((SoftId) id, "notifyEstablished", ConnectionManager::notifyEstablished);
    }

    @Override
    public int disconnect(RdmaCmId id) throws IOException {
        command((SoftId) id, "disconnect", ConnectionManager::disconnect);
        return 0;
    }

    /** What is done with a connection; 0 or a negative errno. */
    @FunctionalInterface
    private interface Command {
        int apply(ConnectionManager manager, long connection, long nowNs);
    }

    private void command(SoftId id, String what, Command command) throws VerbsException {
        Drive drive;
        long connection;
        synchronized (registry) {
            drive = id.drive;
            connection = id.connection;
        }
        if (drive == null || connection == 0) {
            throw new VerbsException(what + ": the id has no connection", Errno.EINVAL);
        }
        int result = drive.run(now -> command.apply(drive.endpoint().connections(), connection, now));
        if (result != 0) {
            throw new VerbsException(what + ": the connection is not in a state for it", -result);
        }
    }

    // ---- end

    @Override
    public int destroyCmId(RdmaCmId cmId) throws IOException {
        SoftId id = (SoftId) cmId;
        if (id.qp != null) {
            throw new VerbsException("the id still has its queue pair", Errno.EBUSY);
        }
        synchronized (registry) {
            if (id.state == SoftId.State.GONE) {
                throw new VerbsException("the id is destroyed already", Errno.EINVAL);
            }
        }
        id.awaitAcknowledged();
        Map<Drive, Long> listeners;
        synchronized (registry) {
            registry.removeListener(id);
            listeners = Map.copyOf(id.listeners);
            id.listeners.clear();
        }
        listeners.forEach(this::unlisten);
        for (Event event : id.channel.purge(event -> event.owner() == id || event.subject() == id)) {
            if (event.subject() != id) {
                forget((SoftId) event.subject()); // asked for, and nobody will ever know
            }
        }
        forget(id);
        return 0;
    }

    private void unlisten(Drive drive, long handle) {
        drive.run(now -> {
            drive.consumer().removeListener(handle);
            return drive.endpoint().connections().unlisten(handle);
        });
        registry.release(drive);
    }

    private void forget(SoftId id) {
        Drive drive;
        long connection;
        synchronized (registry) {
            if (id.state == SoftId.State.GONE) {
                return;
            }
            id.state = SoftId.State.GONE;
            drive = id.drive;
            connection = id.connection;
            registry.addresses.release(id);
        }
        if (drive != null && connection != 0) {
            drive.run(now -> {
                drive.consumer().removeConnection(connection);
                return drive.endpoint().connections().destroy(connection, now);
            });
        }
        if (drive != null) {
            registry.release(drive);
        }
        // What came between the purge and the removal of the connection.
        id.channel.purge(event -> event.subject() == id);
        id.channel.users.decrementAndGet();
        live.ids.decrementAndGet();
        id.close();
    }

    // ---- checks

    private Drive driveOf(SoftId id) throws VerbsException {
        synchronized (registry) {
            Drive drive = id.drive;
            if (drive == null) {
                throw new VerbsException("the id has no local address yet", Errno.EINVAL);
            }
            return drive;
        }
    }

    private static SoftQp queuePair(SoftId id) throws VerbsException {
        SoftQp qp = id.qp;
        if (qp == null) {
            throw new VerbsException("the id has no queue pair", Errno.EINVAL);
        }
        return qp;
    }

    private static void limit(byte[] data, int most) throws VerbsException {
        if (data.length > most) {
            throw new VerbsException(
                    "private data of " + data.length + " bytes; at most " + most + " fit", Errno.EINVAL);
        }
    }

    private static void require(SoftId id, SoftId.State... states) throws VerbsException {
        if (!Arrays.asList(states).contains(id.state)) {
            throw new VerbsException("the id is " + id.state + "; this needs " + Arrays.toString(states), Errno.EINVAL);
        }
    }
}
