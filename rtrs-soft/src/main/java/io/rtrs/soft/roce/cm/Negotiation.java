package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.IpCmHeader;
import io.rtrs.soft.roce.cm.message.Path;
import io.rtrs.soft.roce.cm.message.Rej;
import io.rtrs.soft.roce.cm.message.Rep;
import io.rtrs.soft.roce.cm.message.Req;
import org.jspecify.annotations.Nullable;

/** What two sides offer each other, and what their queue pairs get of it (spec/rocev2.md 12.5, 13.6). */
final class Negotiation {
    private static final int DEFAULT_PARTITION = 0xFFFF;
    private static final int HOP_LIMIT = 64;

    private Negotiation() {}

    static Req request(CmIdentity self, CmTimes times, ConnectParameters wish, int id) {
        IpCmHeader header = new IpCmHeader(wish.sourcePort(), self.local(), wish.peer());
        Req.QueuePair queuePair = new Req.QueuePair(
                Req.QueuePair.RC,
                wish.qpn(),
                wish.startingPsn(),
                wish.responderResources(),
                wish.initiatorDepth(),
                wish.retryCount(),
                wish.rnrRetry(),
                PathMtu.code(wish.pathMtu()),
                false,
                wish.srq());
        return new Req(
                id,
                0,
                IpCmHeader.serviceId(wish.port()),
                self.caGuid(),
                queuePair,
                new Req.Times(times.remoteResponseCode(), times.localResponseCode(), CmTimes.MAX_RETRIES),
                DEFAULT_PARTITION,
                path(self, wish),
                Path.NONE,
                header.with(wish.data()));
    }

    /**
     * The REQ to send when a peer refused one for its path MTU: with the one that the REJ names, else with the next smaller
     * one.
     *
     * @return null if there is none
     */
    static @Nullable Req narrower(Req refused, Rej rej) {
        int asked = refused.queuePair().pathMtu();
        int carried = rej.pathMtu();
        int next = PathMtu.isCode(carried) && carried < asked ? carried : asked - 1;
        return PathMtu.isCode(next) ? refused.withPathMtu(next) : null;
    }

    private static Path path(CmIdentity self, ConnectParameters wish) {
        int flowLabel = wish.sourcePort() * 31 + wish.port() & 0xF_FFFF;
        return new Path(
                Path.NO_LID,
                Path.NO_LID,
                self.local(),
                wish.peer(),
                flowLabel,
                0,
                0,
                HOP_LIMIT,
                0,
                false,
                wish.ackTimeout());
    }

    /** The answer to a REQ: no more depth than it offers. */
    static Rep reply(CmIdentity self, AcceptParameters wish, Connection connection) {
        Req.QueuePair offer = connection.request.queuePair();
        return new Rep(
                connection.id,
                connection.peerId,
                0,
                self.caGuid(),
                wish.qpn(),
                wish.startingPsn(),
                Math.min(wish.responderResources(), offer.initiatorDepth()),
                Math.min(wish.initiatorDepth(), offer.responderResources()),
                wish.ackDelay(),
                wish.rnrRetry(),
                wish.srq(),
                wish.data());
    }

    /** The active side's queue pair: its own wishes, with what the REP leaves of them. */
    static QueuePairAttributes active(Connection connection, Rep reply) {
        Req.QueuePair own = connection.request.queuePair();
        return new QueuePairAttributes(
                connection.peer,
                reply.qpn(),
                reply.startingPsn(),
                own.startingPsn(),
                PathMtu.bytes(own.pathMtu()),
                Math.min(own.initiatorDepth(), reply.responderResources()),
                Math.min(own.responderResources(), reply.initiatorDepth()),
                own.retryCount(),
                reply.rnrRetry(),
                connection.request.primary().ackTimeout(),
                connection.told);
    }

    /** The passive side's queue pair: as the REQ says, with what its own REP says. */
    static QueuePairAttributes passive(Connection connection, Rep reply) {
        Req.QueuePair peer = connection.request.queuePair();
        return new QueuePairAttributes(
                connection.peer,
                peer.qpn(),
                peer.startingPsn(),
                reply.startingPsn(),
                PathMtu.bytes(peer.pathMtu()),
                reply.initiatorDepth(),
                reply.responderResources(),
                peer.retryCount(),
                peer.rnrRetry(),
                connection.request.primary().ackTimeout(),
                connection.told);
    }
}
