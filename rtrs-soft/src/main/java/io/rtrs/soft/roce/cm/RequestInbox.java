package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.IpCmHeader;
import io.rtrs.soft.roce.cm.message.RejectReason;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.cm.message.Told;
import io.rtrs.soft.roce.wire.RoceAddress;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a REQ: a connection that its consumer hears of, a duplicate, a refusal, or nothing when there are too many
 * (spec/rocev2.md 12.4, 13.3, 13.8). A REQ that is refused or dropped leaves nothing behind.
 */
final class RequestInbox {
    private final Parts parts;

    RequestInbox(Parts parts) {
        this.parts = parts;
    }

    void take(Req req, RoceAddress source, Told told, long transaction, long nowNs) {
        Connection known = parts.connections.ofPeerId(source, req.caGuid(), req.localId());
        if (known != null && isDuplicate(known, req)) {
            parts.counters.add(CmCounter.DUPLICATE_REQUESTS);
            parts.transitions.fire(known, ConnectionEvent.REQUEST_AGAIN, nowNs);
            return;
        }
        int reason = RequestCheck.check(req, source.gid(), parts.self, parts.pathMtu);
        Listener listener = reason == RequestCheck.OK ? listener(req) : null;
        if (listener == null) {
            refuse(source, req, reason == RequestCheck.OK ? RejectReason.INVALID_SERVICE : reason, transaction);
            return;
        }
        Connection stale = parts.connections.ofPeerQpn(
                source, req.caGuid(), req.queuePair().qpn());
        if (stale != null) {
            refuse(source, req, RejectReason.STALE_CONNECTION, transaction);
            parts.counters.add(CmCounter.STALE);
            parts.transitions.fire(stale, ConnectionEvent.STALE, nowNs);
            return;
        }
        if (listener.undecided >= listener.backlog || parts.transitions.halfOpen() >= parts.limits.halfOpen()) {
            parts.counters.add(CmCounter.REQUESTS_DROPPED);
        } else if (parts.connections.size() >= parts.limits.connections()) {
            refuse(source, req, RejectReason.NO_RESOURCES, transaction);
        } else {
            if (known != null) {
                parts.connections.releasePeerId(known);
            }
            open(req, source, told, transaction, listener, nowNs);
        }
    }

    /**
     * The peer's id names a connection. While that lives, any REQ with the id is a duplicate; once it is over, only the very
     * same one is, which was late: another one means that the peer uses the id anew.
     */
    private static boolean isDuplicate(Connection known, Req req) {
        return known.state != ConnectionState.TIMEWAIT || known.request.equals(req);
    }

    private @Nullable Listener listener(Req req) {
        int port = IpCmHeader.port(req.serviceId());
        return port < 0 ? null : parts.listeners.find(port);
    }

    private void refuse(RoceAddress source, Req req, int reason, long transaction) {
        parts.counters.add(CmCounter.REQUESTS_REFUSED);
        if (reason == RejectReason.INVALID_MTU) {
            parts.postman.rejectPathMtu(source, req, parts.pathMtu, transaction);
        } else {
            parts.postman.reject(source, req, reason, transaction);
        }
        parts.sink.onRefused(source.gid(), IpCmHeader.port(req.serviceId()), reason);
    }

    private void open(Req req, RoceAddress source, Told told, long transaction, Listener listener, long nowNs) {
        Connection connection = new Connection(parts.connections.reserveId(), source, req, transaction, listener);
        connection.told = told;
        connection.know(req.localId(), req.caGuid(), req.queuePair().qpn());
        parts.connections.publish(connection);
        parts.connections.publishPeer(connection);
        parts.transitions.fire(connection, ConnectionEvent.REQUEST, nowNs);
    }
}
