package io.rtrs.soft.inprocess;

import com.ibm.disni.verbs.RdmaCmEvent.EventType;
import com.ibm.disni.verbs.RdmaConnParam;
import io.rtrs.soft.Device;
import io.rtrs.soft.connection.Addresses;
import io.rtrs.soft.connection.Event;
import io.rtrs.soft.connection.Require;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.libc.Errno;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The network: which ids are where, and how connections come and go. Its monitor guards all of it; the data path never
 * takes it.
 */
final class Fabric {
    /** What the IB CM carries to the peer, always in full length (spec/rtrs.md 4.2). */
    static final int REQ_BYTES = 56;

    static final int REP_BYTES = 196;
    static final int REJ_BYTES = 148;

    /** REJ reasons. */
    private static final int TIMED_OUT = 4;

    private static final int NOBODY_LISTENS = 8;
    private static final int CONSUMER = 28;

    private final Addresses addresses = new Addresses();
    private final Set<InetAddress> unreachable = new HashSet<>();
    private final Set<Id> ids = new LinkedHashSet<>();
    private @Nullable Device device;
    private int lastQp = 0x10;

    synchronized Device device(VerbsProvider provider) throws IOException {
        Device made = device;
        if (made == null) {
            made = new Device(provider, "inprocess0", 0x1BBD_0000_0000_0001L, false, false);
            device = made;
        }
        return made;
    }

    synchronized boolean serves(InetAddress local) {
        return addresses.owns(local);
    }

    synchronized void serve(InetAddress address) {
        addresses.add(address);
    }

    synchronized int nextQpNumber() {
        return lastQp++;
    }

    synchronized void add(Id id) {
        ids.add(id);
    }

    synchronized void bind(Id id, InetSocketAddress address) throws IOException {
        Require.state(id.state, Id.State.NEW);
        id.source = addresses.bind(id, address.getAddress(), address.getPort());
        id.state = Id.State.BOUND;
        if (!address.getAddress().isAnyLocalAddress()) {
            id.device(device(id.provider()));
        }
    }

    synchronized void listen(Id id) throws VerbsException {
        Require.state(id.state, Id.State.BOUND);
        id.state = Id.State.LISTENING;
    }

    synchronized void resolveAddress(Id id, @Nullable InetSocketAddress source, InetSocketAddress destination)
            throws IOException {
        Require.state(id.state, Id.State.NEW, Id.State.BOUND);
        InetAddress target = Addresses.plain(destination.getAddress());
        if (id.state == Id.State.NEW && source != null) {
            id.source = addresses.bind(id, source.getAddress(), source.getPort());
            id.state = Id.State.BOUND;
        }
        if (!addresses.owns(destination.getAddress())) {
            id.tell(EventType.RDMA_CM_EVENT_ADDR_ERROR, -Errno.ETIMEDOUT, null);
            return;
        }
        InetSocketAddress local = id.source;
        if (local == null) {
            id.source = addresses.bind(id, target, 0);
        } else if (local.getAddress().isAnyLocalAddress()) {
            id.source = new InetSocketAddress(target, local.getPort());
        }
        id.destination = new InetSocketAddress(target, destination.getPort());
        id.device(device(id.provider()));
        id.state = Id.State.ADDRESS;
        id.tell(EventType.RDMA_CM_EVENT_ADDR_RESOLVED, 0, null);
    }

    synchronized void resolveRoute(Id id) throws IOException {
        Require.state(id.state, Id.State.ADDRESS);
        id.state = Id.State.ROUTE;
        id.tell(EventType.RDMA_CM_EVENT_ROUTE_RESOLVED, 0, null);
    }

    synchronized void connect(Id id, RdmaConnParam parameters, byte[] data) throws IOException {
        Require.state(id.state, Id.State.ROUTE);
        Qp qp = Require.queuePair(id.qp);
        Require.room(data, REQ_BYTES);
        InetSocketAddress source = java.util.Objects.requireNonNull(id.source);
        InetSocketAddress destination = java.util.Objects.requireNonNull(id.destination);
        id.state = Id.State.CONNECTING;
        if (unreachable.contains(source.getAddress()) || unreachable.contains(destination.getAddress())) {
            id.state = Id.State.CLOSED;
            id.tell(EventType.RDMA_CM_EVENT_UNREACHABLE, -Errno.ETIMEDOUT, null);
            return;
        }
        Id listener = (Id) addresses.listener(destination);
        if (listener == null) {
            refuse(id, NOBODY_LISTENS, new byte[0]);
            return;
        }
        Id passive = new Id(listener.channel, listener.getPs());
        passive.state = Id.State.REQUESTED;
        passive.source = destination;
        passive.destination = source;
        passive.device(device(id.provider()));
        passive.peer = id;
        passive.link = qp.link;
        passive.request = parameters;
        id.peer = passive;
        ids.add(passive);
        listener.channel.add(
                new Event(EventType.RDMA_CM_EVENT_CONNECT_REQUEST, 0, listener, passive, Arrays.copyOf(data, REQ_BYTES))
                        .parameters(parameters));
    }

    synchronized void accept(Id id, RdmaConnParam parameters, byte[] data) throws IOException {
        Require.state(id.state, Id.State.REQUESTED);
        Qp passive = Require.queuePair(id.qp);
        Require.room(data, REP_BYTES);
        Id peer = id.peer;
        RdmaConnParam request = id.request;
        if (peer == null || request == null || peer.qp == null) {
            refuse(id, TIMED_OUT, new byte[0]);
            return;
        }
        Qp active = peer.qp;
        synchronized (passive.link) {
            pair(active, passive, request, parameters);
        }
        id.state = Id.State.CONNECTED;
        peer.state = Id.State.CONNECTED;
        peer.channel.add(new Event(EventType.RDMA_CM_EVENT_ESTABLISHED, 0, null, peer, Arrays.copyOf(data, REP_BYTES))
                .parameters(parameters));
        id.tell(EventType.RDMA_CM_EVENT_ESTABLISHED, 0, null);
    }

    /** Each side retries as often as the other asked it to; reads need room that the other side offers. */
    private static void pair(Qp active, Qp passive, RdmaConnParam request, RdmaConnParam answer) {
        active.peer = passive;
        passive.peer = active;
        active.rnrRetry = answer.getRnr_retry_count() & 7;
        passive.rnrRetry = request.getRnr_retry_count() & 7;
        active.mayRead = request.getInitiator_depth() != 0 && answer.getResponder_resources() != 0;
        passive.mayRead = answer.getInitiator_depth() != 0 && request.getResponder_resources() != 0;
        active.remoteReads = passive.mayRead;
        passive.remoteReads = active.mayRead;
        active.ready();
        passive.ready();
    }

    synchronized void reject(Id id, byte[] data) throws IOException {
        Require.state(id.state, Id.State.REQUESTED);
        Require.room(data, REJ_BYTES);
        rejectPeer(id, CONSUMER, data);
    }

    private void rejectPeer(Id passive, int reason, byte[] data) throws IOException {
        passive.state = Id.State.CLOSED;
        Id active = passive.peer;
        passive.peer = null;
        if (active != null) {
            active.peer = null;
            refuse(active, reason, data);
        }
    }

    private void refuse(Id id, int reason, byte[] data) throws IOException {
        id.state = Id.State.CLOSED;
        fail(id);
        id.tell(EventType.RDMA_CM_EVENT_REJECTED, reason, Arrays.copyOf(data, REJ_BYTES));
    }

    synchronized void notifyEstablished(Id id) throws VerbsException {
        Require.state(id.state, Id.State.CONNECTED, Id.State.LEFT);
    }

    /**
     * Flushes the id's queue pair and tells the peer. The peer's queue pair goes on until the peer disconnects too, which
     * is also when this side hears DISCONNECTED.
     */
    synchronized void disconnect(Id id) throws IOException {
        switch (id.state) {
            case CONNECTED -> {
                fail(id);
                id.state = Id.State.LEAVING;
                Id peer = id.peer;
                if (peer == null || isCut(id)) {
                    id.state = Id.State.CLOSED;
                    id.tell(EventType.RDMA_CM_EVENT_DISCONNECTED, -Errno.ETIMEDOUT, null);
                } else if (peer.state == Id.State.CONNECTED) {
                    peer.state = Id.State.LEFT;
                    peer.tell(EventType.RDMA_CM_EVENT_DISCONNECTED, 0, null);
                }
            }
            case LEFT -> {
                fail(id);
                id.state = Id.State.CLOSED;
                closePeer(id);
            }
            case LEAVING, CLOSED -> fail(id);
            default -> throw new VerbsException("disconnect in state " + id.state, Errno.EINVAL);
        }
    }

    private void closePeer(Id id) throws IOException {
        Id peer = id.peer;
        if (peer != null && peer.state == Id.State.LEAVING) {
            peer.state = Id.State.CLOSED;
            peer.tell(EventType.RDMA_CM_EVENT_DISCONNECTED, 0, null);
        }
    }

    private static boolean isCut(Id id) {
        Qp qp = id.qp;
        if (qp == null) {
            return false;
        }
        synchronized (qp.link) {
            return qp.link.cut;
        }
    }

    static void fail(Id id) {
        Qp qp = id.qp;
        if (qp != null) {
            synchronized (qp.link) {
                qp.toError();
            }
        }
    }

    /** The id goes; its peer hears what it would hear from a process that ended. */
    synchronized void remove(Id id) throws IOException {
        for (Event event : id.channel.purge(event -> event.owner() == id || event.subject() == id)) {
            Id waiting = (Id) event.subject();
            if (waiting != id && waiting.state == Id.State.REQUESTED) {
                rejectPeer(waiting, NOBODY_LISTENS, new byte[0]);
                forget(waiting);
            }
        }
        Id peer = id.peer;
        switch (id.state) {
            case REQUESTED -> rejectPeer(id, CONSUMER, new byte[0]);
            case CONNECTED -> {
                if (peer != null && peer.state == Id.State.CONNECTED && !isCut(peer)) {
                    peer.state = Id.State.LEFT;
                    peer.tell(EventType.RDMA_CM_EVENT_DISCONNECTED, 0, null);
                }
            }
            case LEFT -> closePeer(id);
            default -> {
                // Nobody waits for this id.
            }
        }
        if (peer != null) {
            peer.peer = null;
        }
        forget(id);
    }

    private void forget(Id id) {
        addresses.release(id);
        if (ids.remove(id)) {
            id.channel.users.decrementAndGet();
        }
        id.state = Id.State.CLOSED;
        id.close();
    }

    /** Whether the id exists; false once it was destroyed, by its owner or with its listener. */
    synchronized boolean exists(Id id) {
        return ids.contains(id);
    }

    synchronized int count() {
        return ids.size();
    }

    synchronized void setReachable(InetAddress address, boolean reachable) {
        if (reachable) {
            unreachable.remove(Addresses.plain(address));
        } else {
            unreachable.add(Addresses.plain(address));
        }
    }

    /** The ids whose connection has the address at this or the other end. */
    synchronized List<Id> connected(InetAddress address) {
        InetAddress wanted = Addresses.plain(address);
        Predicate<@Nullable InetSocketAddress> at =
                end -> end != null && end.getAddress().equals(wanted);
        return ids.stream()
                .filter(id -> id.qp != null && (at.test(id.source) || at.test(id.destination)))
                .toList();
    }
}
