package io.rtrs.soft.roce.driver;

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
import io.rtrs.soft.connection.Addresses;
import io.rtrs.soft.connection.CmId;
import io.rtrs.soft.connection.Event;
import io.rtrs.soft.connection.EventChannel;
import io.rtrs.soft.connection.IdState;
import io.rtrs.soft.connection.Require;
import io.rtrs.soft.memory.Domain;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Connection management: ids, their queue pairs and addresses; their connections are {@link SoftConnections}'. */
final class SoftCm extends SoftwareCm {
    private final Registry registry;
    private final Routes routes;
    private final SoftConnections connections;

    SoftCm(VerbsProvider provider, Registry registry, Live live) {
        super(provider, live);
        this.registry = registry;
        this.routes = new Routes(registry);
        this.connections = new SoftConnections(registry);
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
        Site site = registry.siteOf(id);
        SoftQp qp = SoftQp.make(site, domain, attr, (SoftQueue) sendCq, (SoftQueue) recvCq, registry.numbers);
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
            Require.state(id.state, IdState.NEW);
            id.source = registry.addresses.bind(id, address.getAddress(), address.getPort());
            try {
                if (!address.getAddress().isAnyLocalAddress()) {
                    id.site = registry.use(address.getAddress());
                    // A link-local address with its interface, also where that was not said.
                    id.source = new InetSocketAddress(id.site.address(), id.source.getPort());
                    id.device(registry.device());
                }
                id.state = IdState.BOUND;
            } finally {
                if (id.state == IdState.NEW) {
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
            Require.state(id.state, IdState.NEW, IdState.BOUND);
            InetSocketAddress from = source == null ? null : internet(source);
            if (id.state == IdState.NEW && from != null && from.getAddress().isAnyLocalAddress()) {
                bind(id, from);
            }
            if (id.site == null && !chooseSource(id, from, to)) {
                id.tell(EventType.RDMA_CM_EVENT_ADDR_ERROR, -Errno.ETIMEDOUT, null);
                return;
            }
            id.destination = new InetSocketAddress(Addresses.plain(to.getAddress()), to.getPort());
            id.device(registry.device());
            id.state = IdState.ADDRESS;
            id.tell(EventType.RDMA_CM_EVENT_ADDR_RESOLVED, 0, null);
        }
    }

    /** Gives an id without a local address, or at the wildcard, the one that is wanted or leads to the destination. */
    private boolean chooseSource(SoftId id, @Nullable InetSocketAddress wanted, InetSocketAddress to)
            throws IOException {
        InetAddress from = wanted == null || wanted.getAddress().isAnyLocalAddress() ? null : wanted.getAddress();
        Site site = routes.use(from, to.getAddress());
        if (site == null) {
            return false;
        }
        InetSocketAddress bound = id.source;
        boolean done = false;
        try {
            id.source = bound == null
                    ? registry.addresses.bind(id, site.address(), wanted == null ? 0 : wanted.getPort())
                    : new InetSocketAddress(site.address(), bound.getPort());
            id.site = site;
            done = true;
        } finally {
            if (!done) {
                registry.release(site);
            }
        }
        return true;
    }

    @Override
    public void resolveRoute(RdmaCmId cmId, int timeoutMs) throws IOException {
        SoftId id = (SoftId) cmId;
        synchronized (registry) {
            Require.state(id.state, IdState.ADDRESS);
            id.state = IdState.ROUTE;
            id.tell(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED, 0, null);
        }
    }

    // ---- listening

    @Override
    public void listen(RdmaCmId cmId, int backlog) throws IOException {
        SoftId id = (SoftId) cmId;
        List<Site> sites;
        synchronized (registry) {
            Require.state(id.state, IdState.BOUND);
            InetAddress local = Objects.requireNonNull(id.source).getAddress();
            sites = local.isAnyLocalAddress() ? registry.useAll(local) : List.of(registry.use(registry.siteOf(id)));
            id.backlog = backlog;
            id.state = IdState.LISTENING;
            registry.addListener(id);
        }
        int asked = 0;
        try {
            for (Site site : sites) {
                asked++;
                registry.listen(id, site);
            }
            synchronized (registry) {
                id.listensEverywhere = true;
            }
        } finally {
            // One refused, and so the rest is not asked; those before are the id's until it is destroyed.
            sites.subList(asked, sites.size()).forEach(registry::release);
        }
    }

    // ---- connections

    @Override
    public void connect(RdmaCmId id, @Nullable RdmaConnParam parameters) throws IOException {
        ConnParam meant = ConnParam.of(parameters, Device.MAX_READS);
        connections.connect((SoftId) id, meant, privateData(meant));
    }

    @Override
    public void accept(RdmaCmId id, @Nullable RdmaConnParam parameters) throws IOException {
        ConnParam meant = ConnParam.of(parameters, Device.MAX_READS);
        connections.accept((SoftId) id, meant, privateData(meant));
    }

    @Override
    public void reject(RdmaCmId id, byte[] privateData) throws IOException {
        connections.reject((SoftId) id, privateData);
    }

    @Override
    public void notifyEstablished(RdmaCmId id) throws IOException {
        connections.notifyEstablished((SoftId) id);
    }

    @Override
    public int disconnect(RdmaCmId id) throws IOException {
        connections.disconnect((SoftId) id);
        return 0;
    }

    // ---- end

    @Override
    public int destroyCmId(RdmaCmId cmId) throws IOException {
        SoftId id = (SoftId) cmId;
        if (id.qp != null) {
            throw new VerbsException("the id still has its queue pair", Errno.EBUSY);
        }
        synchronized (registry) {
            if (id.state == IdState.GONE) {
                throw new VerbsException("the id is destroyed already", Errno.EINVAL);
            }
        }
        Map<Site, Long> listeners;
        synchronized (registry) {
            registry.removeListener(id);
            listeners = new LinkedHashMap<>(id.listeners);
            id.listeners.clear();
        }
        listeners.forEach(registry::unlisten);
        for (Event event : id.channel.purge(event -> event.owner() == id || event.subject() == id)) {
            if (event.subject() != id) {
                forget((SoftId) event.subject()); // asked for, and nobody will ever know
            }
        }
        forget(id);
        return 0;
    }

    private void forget(SoftId id) {
        Site site;
        long connection;
        synchronized (registry) {
            if (id.state == IdState.GONE) {
                return;
            }
            id.state = IdState.GONE;
            site = id.site;
            connection = id.connection;
            registry.addresses.release(id);
        }
        if (site != null && connection != 0) {
            site.run(now -> {
                site.consumer().removeConnection(connection);
                return site.connections().destroy(connection, now);
            });
        }
        if (site != null) {
            registry.release(site);
        }
        // What came between the purge and the removal of the connection.
        id.channel.purge(event -> event.subject() == id);
        id.channel.users.decrementAndGet();
        live.ids.decrementAndGet();
        id.close();
    }
}
