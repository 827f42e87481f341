package io.rtrs.soft.roce.cm;

import io.rtrs.soft.roce.cm.message.IpCmHeader;
import io.rtrs.soft.roce.cm.message.RejectReason;
import io.rtrs.soft.roce.cm.message.Req;
import io.rtrs.soft.roce.wire.Gid;

/** What can be wrong with a REQ by itself (spec/rocev2.md 12.4, 14.3, 14.5). */
final class RequestCheck {
    /** Nothing is wrong; no reason of a REJ has this number. */
    static final int OK = 0;

    private static final int MULTICAST_QPN = 0xFF_FFFF;
    private static final int CM_QPN = 1;

    private RequestCheck() {}

    /**
     * The reason to refuse it, or {@link #OK}.
     *
     * @param carried the largest path MTU that this side's link carries
     */
    static int check(Req req, Gid source, CmIdentity self, int carried) {
        if (!req.primary().local().equals(source) || !req.primary().remote().equals(self.local())) {
            return RejectReason.INVALID_GID;
        }
        Req.QueuePair queuePair = req.queuePair();
        if (queuePair.transport() != Req.QueuePair.RC) {
            return RejectReason.INVALID_TRANSPORT;
        }
        if (queuePair.qpn() <= CM_QPN || queuePair.qpn() == MULTICAST_QPN) {
            return RejectReason.NO_QP;
        }
        int mtu = queuePair.pathMtu();
        if (!PathMtu.isCode(mtu) || PathMtu.bytes(mtu) > carried) {
            return RejectReason.INVALID_MTU;
        }
        IpCmHeader header = IpCmHeader.of(req);
        if (header == null
                || !header.source().equals(source)
                || !header.destination().equals(self.local())) {
            return RejectReason.CONSUMER;
        }
        return OK;
    }
}
