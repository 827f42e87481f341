package io.rtrs.soft.iwarp.driver;

import com.ibm.disni.verbs.IbvQP;
import com.ibm.disni.verbs.IbvQPInitAttr;
import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaCmId;
import com.ibm.disni.verbs.RdmaConnParam;
import com.ibm.disni.verbs.RdmaEventChannel;
import io.rtrs.soft.Device;
import io.rtrs.soft.Live;
import io.rtrs.soft.SoftwareCm;
import io.rtrs.soft.completion.CompletionQueue;
import io.rtrs.soft.connection.CmId;
import io.rtrs.soft.connection.Event;
import io.rtrs.soft.connection.EventChannel;
import io.rtrs.soft.connection.IdState;
import io.rtrs.soft.connection.Require;
import io.rtrs.soft.iwarp.startup.Initiator;
import io.rtrs.soft.memory.Domain;
import io.rtrs.soft.network.Destinations;
import io.rtrs.soft.network.Interfaces;
import io.rtrs.soft.network.LinkLocal;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;

/** Connection management: ids, their sockets and queue pairs. An id's monitor guards it, and is not held while its connection is driven. */
final class IwarpCm extends SoftwareCm {
    private static final int ECONNRESET = 104;

    /** What the kernel keeps in line at least: short bursts are no reason to repeat a SYN a second later. */
    private static final int LEAST_BACKLOG = 1024;

    private final Registry registry;

    IwarpCm(VerbsProvider provider, Registry registry, Live live) {
        super(provider, live);
        this.registry = registry;
    }

    // ---- ids and queue pairs

    @Override
    public RdmaCmId createId(RdmaEventChannel channel, short portSpace) throws IOException {
        IwarpId id = new IwarpId((EventChannel) channel, portSpace);
        live.ids.incrementAndGet();
        return id;
    }

    @Override
    public void reuseAddress(RdmaCmId id) {
        synchronized (id) {
            ((IwarpId) id).reuse = true;
        }
    }

    @Override
    protected boolean hasQueuePair(CmId id) {
        return ((IwarpId) id).qp != null;
    }

    @Override
    protected IbvQP newQueuePair(
            CmId cmId, Domain domain, IbvQPInitAttr attr, CompletionQueue sendCq, CompletionQueue recvCq)
            throws IOException {
        IwarpId id = (IwarpId) cmId;
        StreamDrive drive = drive(id, "createQP");
        IwarpQp qp = new IwarpQp(drive, domain, attr, (IwarpQueue) sendCq, (IwarpQueue) recvCq, registry.number());
        id.attach(qp);
        return qp;
    }

    @Override
    protected IbvQP removeQueuePair(CmId cmId) {
        IwarpId id = (IwarpId) cmId;
        IwarpQp qp = Objects.requireNonNull(id.qp);
        id.attach(null);
        qp.destroy();
        return qp;
    }

    private static StreamDrive drive(IwarpId id, String what) throws VerbsException {
        synchronized (id) {
            StreamDrive drive = id.drive;
            if (drive == null) {
                throw new VerbsException(what + ": the id has no local address yet", Errno.EINVAL);
            }
            return drive;
        }
    }

    // ---- addresses

    @Override
    public void bindAddr(RdmaCmId cmId, SocketAddress address) throws IOException {
        IwarpId id = (IwarpId) cmId;
        InetSocketAddress local = internet(address);
        synchronized (id) {
            Require.state(id.state, IdState.NEW);
            bind(id, local);
            if (!local.getAddress().isAnyLocalAddress()) {
                id.device(registry.device());
            }
            id.state = IdState.BOUND;
        }
    }

    private void bind(IwarpId id, InetSocketAddress local) throws VerbsException {
        if (!registry.addresses.owns(local.getAddress())) {
            throw new VerbsException("no device has " + local.getAddress().getHostAddress(), Errno.EADDRNOTAVAIL);
        }
        try {
            StreamDrive made = registry.bind(local, id.reuse);
            made.tell(id);
            id.drive = made;
            id.source = made.local();
        } catch (VerbsException e) {
            throw e.errno() == Errno.EADDRINUSE ? inUse(local) : e;
        }
    }

    private static VerbsException inUse(InetSocketAddress local) {
        return new VerbsException(
                "TCP port " + local.getPort() + " of " + local.getAddress().getHostAddress()
                        + " is in use (ss -ltnp says by whom): take another port, or end who has it",
                Errno.EADDRINUSE);
    }

    @Override
    public void resolveAddr(RdmaCmId cmId, @Nullable SocketAddress source, SocketAddress destination, int timeoutMs)
            throws IOException {
        IwarpId id = (IwarpId) cmId;
        InetSocketAddress to = internet(destination);
        synchronized (id) {
            Require.state(id.state, IdState.NEW, IdState.BOUND);
            if (!hasAddress(id) && !chooseSource(id, source == null ? null : internet(source), to)) {
                id.tell(EventType.RDMA_CM_EVENT_ADDR_ERROR, -Errno.ETIMEDOUT, null);
                return;
            }
            id.destination = to;
            id.device(registry.device());
            id.state = IdState.ADDRESS;
            id.tell(EventType.RDMA_CM_EVENT_ADDR_RESOLVED, 0, null);
        }
    }

    private static boolean hasAddress(IwarpId id) {
        InetSocketAddress local = id.source;
        return local != null && !local.getAddress().isAnyLocalAddress();
    }

    /** Gives an id without a local address, or at the wildcard, the one that is wanted or leads to the destination. */
    private boolean chooseSource(IwarpId id, @Nullable InetSocketAddress wanted, InetSocketAddress to)
            throws IOException {
        InetAddress named = wanted == null || wanted.getAddress().isAnyLocalAddress() ? null : wanted.getAddress();
        String hopeless = LinkLocal.obstacle(to.getAddress())
                .or(() -> Destinations.obstacle(named, to.getAddress()))
                .orElse(null);
        if (hopeless != null) {
            throw new VerbsException(hopeless, Errno.EINVAL);
        }
        InetAddress from = named != null ? named : Interfaces.sourceFor(to);
        if (from == null) {
            return false;
        }
        InetSocketAddress bound = id.source;
        int port = bound != null ? bound.getPort() : wanted == null ? 0 : wanted.getPort();
        StreamDrive before = id.drive;
        if (before != null) {
            id.drive = null;
            before.destroy();
        }
        bind(id, new InetSocketAddress(from, port));
        return true;
    }

    @Override
    public void resolveRoute(RdmaCmId cmId, int timeoutMs) throws IOException {
        IwarpId id = (IwarpId) cmId;
        synchronized (id) {
            Require.state(id.state, IdState.ADDRESS);
            id.state = IdState.ROUTE;
            id.tell(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED, 0, null);
        }
    }

    // ---- listening

    @Override
    public void listen(RdmaCmId cmId, int backlog) throws IOException {
        IwarpId id = (IwarpId) cmId;
        synchronized (id) {
            Require.state(id.state, IdState.BOUND);
            StreamDrive drive = drive(id, "listen");
            int errno = drive.socket().listen(Math.max(backlog, LEAST_BACKLOG));
            if (errno != 0) {
                InetSocketAddress local = Objects.requireNonNull(id.source);
                throw errno == Errno.EADDRINUSE
                        ? inUse(local)
                        : new VerbsException("listening at " + local + " failed with errno " + errno, errno);
            }
            Listening made = new Listening(registry, drive.socket(), id, backlog);
            id.listening = made;
            id.state = IdState.LISTENING;
            registry.listeners(1);
            registry.daemon.add(made);
        }
    }

    // ---- connections

    @Override
    public void connect(RdmaCmId cmId, @Nullable RdmaConnParam parameters) throws IOException {
        IwarpId id = (IwarpId) cmId;
        ConnParam meant = ConnParam.of(parameters, Device.MAX_READS);
        byte[] data = privateData(meant);
        Require.room(data, Initiator.MOST_DATA);
        StreamDrive drive = drive(id, "connect");
        Initiator initiator = new Initiator(
                registry.offer()
                        .reads(
                                Byte.toUnsignedInt(meant.getResponder_resources()),
                                Byte.toUnsignedInt(meant.getInitiator_depth())),
                data,
                drive.startup().room(),
                System.nanoTime() + Initiator.PATIENCE_NS);
        InetSocketAddress to;
        synchronized (id) {
            Require.state(id.state, IdState.ROUTE);
            Require.queuePair(id.qp);
            to = Objects.requireNonNull(id.destination);
            id.state = IdState.CONNECTION;
        }
        check(drive.connect(initiator, to), "connect");
    }

    @Override
    public void accept(RdmaCmId cmId, @Nullable RdmaConnParam parameters) throws IOException {
        IwarpId id = (IwarpId) cmId;
        ConnParam meant = ConnParam.of(parameters, Device.MAX_READS);
        byte[] data = privateData(meant);
        StreamDrive drive = connection(id, "accept");
        synchronized (id) {
            Require.queuePair(id.qp);
        }
        checkRoom(drive, data);
        check(
                drive.accept(
                        Byte.toUnsignedInt(meant.getResponder_resources()),
                        Byte.toUnsignedInt(meant.getInitiator_depth()),
                        data),
                "accept");
    }

    @Override
    public void reject(RdmaCmId cmId, byte[] privateData) throws IOException {
        StreamDrive drive = connection((IwarpId) cmId, "reject");
        checkRoom(drive, privateData);
        check(drive.reject(privateData), "reject");
    }

    private static void checkRoom(StreamDrive drive, byte[] data) throws VerbsException {
        int most = drive.mostData();
        if (most >= 0) {
            Require.room(data, most);
        }
    }

    /** Nothing to do: the first message itself says it. */
    @Override
    public void notifyEstablished(RdmaCmId id) throws IOException {
        connection((IwarpId) id, "notifyEstablished");
    }

    @Override
    public int disconnect(RdmaCmId cmId) throws IOException {
        check(connection((IwarpId) cmId, "disconnect").disconnect(), "disconnect");
        return 0;
    }

    private static StreamDrive connection(IwarpId id, String what) throws VerbsException {
        synchronized (id) {
            StreamDrive drive = id.drive;
            if (id.state != IdState.CONNECTION || drive == null) {
                throw new VerbsException(what + ": the id has no connection", Errno.EINVAL);
            }
            return drive;
        }
    }

    private static void check(int result, String what) throws VerbsException {
        if (result != 0) {
            String why = result == -ECONNRESET ? "the peer has gone" : "the connection is not in a state for it";
            throw new VerbsException(what + ": " + why, -result);
        }
    }

    // ---- end

    @Override
    public int destroyCmId(RdmaCmId cmId) throws IOException {
        IwarpId id = (IwarpId) cmId;
        if (id.qp != null) {
            throw new VerbsException("the id still has its queue pair", Errno.EBUSY);
        }
        Listening listening;
        synchronized (id) {
            if (id.state == IdState.GONE) {
                throw new VerbsException("the id is destroyed already", Errno.EINVAL);
            }
            listening = id.listening;
        }
        if (listening != null) {
            listening.close();
            registry.listeners(-1);
        }
        for (Event event : id.channel.purge(event -> event.owner() == id || event.subject() == id)) {
            if (event.subject() != id) {
                forget((IwarpId) event.subject()); // asked for, and nobody will ever know
            }
        }
        forget(id);
        return 0;
    }

    private void forget(IwarpId id) {
        StreamDrive drive;
        synchronized (id) {
            if (id.state == IdState.GONE) {
                return;
            }
            id.state = IdState.GONE;
            drive = id.drive;
        }
        if (drive != null) {
            drive.destroy();
        }
        // What came between the purge and the end of the connection.
        id.channel.purge(event -> event.subject() == id);
        id.channel.users.decrementAndGet();
        live.ids.decrementAndGet();
        id.close();
    }
}
