package io.rtrs.soft.roce.driver;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import io.rtrs.soft.connection.Event;
import io.rtrs.soft.connection.IdState;
import io.rtrs.soft.roce.cm.ConnectRequest;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.cm.message.RejectReason;
import io.rtrs.soft.roce.endpoint.ConnectionEvents;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.verbs.ConnParam;
import io.rtrs.verbs.LogBudget;
import io.rtrs.verbs.RejectCause;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Turns what the connection manager of one site says into events of ids. Called by the site's owner; the registry guards
 * the tables.
 */
final class Consumer implements ConnectionEvents {
    private static final Logger LOG = LoggerFactory.getLogger(Consumer.class);

    private final Registry registry;
    private final LogBudget refusals = new LogBudget();

    /** Of all endpoints of the site: taken by their owners, under its lock. */
    private final LogBudget faults = new LogBudget();

    private final Map<Long, SoftId> listeners = new HashMap<>();
    private final Map<Long, SoftId> connections = new HashMap<>();
    private @Nullable Site site;

    Consumer(Registry registry) {
        this.registry = registry;
    }

    void attach(Site made) {
        site = made;
    }

    void addListener(long handle, SoftId id) {
        synchronized (registry) {
            listeners.put(handle, id);
        }
    }

    void removeListener(long handle) {
        synchronized (registry) {
            listeners.remove(handle);
        }
    }

    void addConnection(long handle, SoftId id) {
        synchronized (registry) {
            id.connection = handle;
            connections.put(handle, id);
        }
    }

    void removeConnection(long handle) {
        synchronized (registry) {
            connections.remove(handle);
        }
    }

    @Override
    public void onConnectRequest(long listener, long connection, ConnectRequest request) {
        Site at = site;
        synchronized (registry) {
            SoftId asked = listeners.get(listener);
            if (asked == null || at == null) {
                return; // the listener goes at this moment; its requests are destroyed with it
            }
            try {
                SoftId id = new SoftId(asked.channel, asked.getPs());
                id.device(registry.device());
                id.state = IdState.CONNECTION;
                id.source = new InetSocketAddress(at.address(), request.port());
                id.destination = new InetSocketAddress(at.scoped(request.peer().toAddress()), request.peerPort());
                id.site = at;
                at.addUser();
                addConnection(connection, id);
                registry.live.ids.incrementAndGet();
                asked.channel.add(new Event(
                                EventType.RDMA_CM_EVENT_CONNECT_REQUEST,
                                0,
                                asked,
                                id,
                                request.data().bytes())
                        .offered(offer(request)));
            } catch (IOException e) {
                throw new UncheckedIOException(e); // DiSNI's constructors declare it and never throw it
            }
        }
    }

    private static ConnParam offer(ConnectRequest request) throws IOException {
        ConnParam seen = new ConnParam().reads(request.initiatorDepth(), request.responderResources());
        seen.setRetry_count((byte) request.retryCount());
        seen.setRnr_retry_count((byte) request.rnrRetry());
        return seen;
    }

    @Override
    public void onRefused(Gid peer, int port, int reason) {
        if (!refusals.take(registry.ambient.nowNs())) {
            return;
        }
        long leftOut = refusals.leftOut();
        String more = leftOut == 0 ? "" : "; " + leftOut + " refusals before this one are not logged";
        String asked = port < 0 ? "a service that is no port" : "port " + port;
        // Who asks for too large an MTU asks again for less; who has a stale connection, with another queue pair.
        boolean passes = reason == RejectReason.INVALID_MTU || reason == RejectReason.STALE_CONNECTION;
        LOG.atLevel(passes ? Level.INFO : Level.WARN)
                .log(
                        "software RoCE refused a connect request of {} for {}: {}{}",
                        peer,
                        asked,
                        reason == RejectReason.CONSUMER
                                ? "its IP header is malformed, or has other addresses than its packet"
                                : RejectCause.describe(reason),
                        more);
    }

    @Override
    public void onFault(int queuePair, Throwable thrown) {
        synchronized (faults) {
            if (faults.take(registry.ambient.nowNs())) {
                LOG.error("a fault of software RoCE ended queue pair {}; others go on", queuePair, thrown);
            }
        }
    }

    @Override
    public void onEstablished(long connection, PrivateData data) {
        event(connection, EventType.RDMA_CM_EVENT_ESTABLISHED, 0, data);
    }

    @Override
    public void onRejected(long connection, int reason, PrivateData data) {
        event(connection, EventType.RDMA_CM_EVENT_REJECTED, reason, data);
    }

    @Override
    public void onUnreachable(long connection, int status) {
        Site at = site;
        if (status == -Errno.ETIMEDOUT && at != null && at.isSharing()) {
            LOG.warn(
                    "a connect from {} had no answer. Another process has UDP port 4791 of that address, so this one has"
                            + " a port of its own, and only RTRS for Java answers to that. If a kernel, an RDMA adapter or"
                            + " an older version is at the other end, give this process an address of its own: a second"
                            + " one (ip address add ADDRESS/BITS dev INTERFACE), an ipvlan or a network namespace",
                    at.address().getHostAddress());
        }
        event(connection, EventType.RDMA_CM_EVENT_UNREACHABLE, status, PrivateData.EMPTY);
    }

    @Override
    public void onConnectError(long connection, int status) {
        event(connection, EventType.RDMA_CM_EVENT_CONNECT_ERROR, status, PrivateData.EMPTY);
    }

    @Override
    public void onDisconnected(long connection, int status) {
        event(connection, EventType.RDMA_CM_EVENT_DISCONNECTED, status, PrivateData.EMPTY);
    }

    private void event(long connection, EventType type, int status, PrivateData data) {
        synchronized (registry) {
            SoftId id = connections.get(connection);
            if (id != null) {
                id.tell(type, status, data.bytes());
            }
        }
    }
}
