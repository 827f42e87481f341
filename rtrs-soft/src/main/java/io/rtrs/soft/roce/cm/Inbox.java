package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.CmMessage;
import io.rtrs.soft.roce.cm.message.Drep;
import io.rtrs.soft.roce.cm.message.Dreq;
import io.rtrs.soft.roce.cm.message.Mra;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.RejectReason;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Rtu;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.wire.Layouts;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;

/**
 * Finds the connection that a message is about (spec/rocev2.md 13.1, 13.4) and tells it what happened. A message changes only
 * a connection with the address that it came from.
 */
final class Inbox {
    private final Parts parts;
    private final RequestInbox requests;

    Inbox(Parts parts) {
        this.parts = parts;
        this.requests = new RequestInbox(parts);
    }

    /**
     * Takes a message.
     *
     * @param told what its sender tells about itself
     */
    void take(CmMessage message, RoceAddress source, Told told, long transaction, long nowNs) {
        switch (message) {
            case Req req -> requests.take(req, source, told, transaction, nowNs);
            case Rep rep -> reply(rep, source, told, transaction, nowNs);
            case Rtu rtu -> ready(rtu, source, nowNs);
            case Mra mra -> grantTime(mra, source, nowNs);
            case Rej rej -> reject(rej, source, transaction, nowNs);
            case Dreq dreq -> disconnect(dreq, source, transaction, nowNs);
            case Drep drep -> disconnected(drep, source, nowNs);
        }
    }

    private void reply(Rep rep, RoceAddress source, Told told, long transaction, long nowNs) {
        Connection connection = parts.connections.ofId(rep.remoteId());
        if (connection != null && !connection.peer.equals(source)) {
            parts.counters.add(CmCounter.FOREIGN);
        } else if (connection != null && connection.state.isAsking()) {
            connection.told = told;
            firstReply(connection, rep, nowNs);
        } else if (connection != null && connection.peerKnown && connection.peerId == rep.localId()) {
            again(connection, nowNs);
        } else {
            // It came for a request that was given up, or for one that was asked twice.
            parts.counters.add(CmCounter.UNKNOWN_ID);
            parts.postman.reject(source, rep, transaction);
        }
    }

    private void again(Connection connection, long nowNs) {
        if (connection.isActive()) {
            fire(connection, ConnectionEvent.REPLY, nowNs);
        } else {
            parts.counters.add(CmCounter.IGNORED); // the answer to a request that only the peer made
        }
    }

    private void firstReply(Connection connection, Rep rep, long nowNs) {
        connection.know(rep.localId(), rep.caGuid(), rep.qpn());
        connection.reply = rep;
        if (parts.connections.ofPeerQpn(connection.peer, rep.caGuid(), rep.qpn()) != null) {
            fire(connection, ConnectionEvent.REPLY_STALE, nowNs);
            return;
        }
        parts.connections.publishPeer(connection);
        QueuePairAttributes attributes = Negotiation.active(connection, rep);
        connection.reason = parts.sink.connectQueuePair(connection.qpn, attributes, nowNs);
        fire(connection, connection.reason == 0 ? ConnectionEvent.REPLY : ConnectionEvent.REPLY_UNUSABLE, nowNs);
    }

    private void ready(Rtu rtu, RoceAddress source, long nowNs) {
        Connection connection = find(rtu.remoteId(), rtu.localId(), source);
        if (connection != null) {
            fire(connection, ConnectionEvent.READY, nowNs);
        }
    }

    private void grantTime(Mra mra, RoceAddress source, long nowNs) {
        Connection connection = parts.connections.ofId(mra.remoteId());
        if (connection == null || !connection.state.isAsking()) {
            connection = find(mra.remoteId(), mra.localId(), source);
        } else if (!connection.peer.equals(source)) {
            parts.counters.add(CmCounter.FOREIGN);
            return;
        }
        if (connection != null) {
            long asked = CmTimes.ofCode(mra.serviceTimeout()) + parts.times.requestResendNs();
            connection.patienceNs = Math.min(asked, parts.times.mraMaxNs());
            fire(connection, ConnectionEvent.MRA, nowNs);
        }
    }

    private void reject(Rej rej, RoceAddress source, long transaction, long nowNs) {
        Connection connection = rejected(rej, source);
        if (connection == null) {
            return;
        }
        if (rej.reason() == RejectReason.INVALID_MTU && connection.state.isAsking()) {
            if (connection.transaction != transaction) {
                parts.counters.add(CmCounter.IGNORED); // once more for a REQ that a narrower one has replaced
                return;
            }
            Req narrower = Negotiation.narrower(connection.request, rej);
            if (narrower != null) {
                connection.askAnew(narrower);
                fire(connection, ConnectionEvent.REJECT_MTU, nowNs);
                return;
            }
        }
        connection.reason = rej.reason();
        connection.data = rej.privateData();
        boolean stale = rej.reason() == RejectReason.STALE_CONNECTION;
        fire(connection, stale ? ConnectionEvent.REJECT_STALE : ConnectionEvent.REJECT, nowNs);
    }

    /** The connection that a REJ is for: by its own id, and the peer's as soon as that is known. */
    private @Nullable Connection rejected(Rej rej, RoceAddress source) {
        if (rej.reason() == RejectReason.TIMEOUT && rej.remoteId() == 0) {
            long guid = MemorySegment.ofArray(rej.info().bytes()).get(Layouts.BE64, 0);
            return known(parts.connections.ofPeerId(source, guid, rej.localId()), source);
        }
        Connection connection = parts.connections.ofId(rej.remoteId());
        boolean asking = connection != null && connection.state.isAsking();
        return asking ? known(connection, source) : find(rej.remoteId(), rej.localId(), source);
    }

    private void disconnect(Dreq dreq, RoceAddress source, long transaction, long nowNs) {
        Connection connection = parts.connections.ofId(dreq.remoteId());
        if (connection == null || !connection.peerKnown || connection.peerId != dreq.localId()) {
            parts.counters.add(CmCounter.UNKNOWN_ID);
            parts.postman.disconnected(source, dreq, transaction);
        } else if (known(connection, source) == null) {
            // Counted.
        } else if (dreq.remoteQpn() != connection.qpn) {
            parts.counters.add(CmCounter.WRONG_QPN);
        } else {
            connection.peerDisconnect = transaction;
            fire(connection, ConnectionEvent.DISCONNECT_REQUEST, nowNs);
        }
    }

    private void disconnected(Drep drep, RoceAddress source, long nowNs) {
        Connection connection = find(drep.remoteId(), drep.localId(), source);
        if (connection != null) {
            fire(connection, ConnectionEvent.DISCONNECT_REPLY, nowNs);
        }
    }

    private @Nullable Connection find(int id, int peerId, RoceAddress source) {
        Connection connection = parts.connections.ofId(id);
        boolean both = connection != null && connection.peerKnown && connection.peerId == peerId;
        return known(both ? connection : null, source);
    }

    /** The connection if there is one and it has the address; counts what it is not. */
    private @Nullable Connection known(@Nullable Connection connection, RoceAddress source) {
        if (connection == null) {
            parts.counters.add(CmCounter.UNKNOWN_ID);
            return null;
        }
        if (!connection.peer.equals(source)) {
            parts.counters.add(CmCounter.FOREIGN);
            return null;
        }
        return connection;
    }

    private void fire(Connection connection, ConnectionEvent event, long nowNs) {
        parts.transitions.fire(connection, event, nowNs);
    }
}
