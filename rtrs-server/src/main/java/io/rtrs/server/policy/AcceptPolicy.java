package io.rtrs.server.policy;

import io.rtrs.core.error.Errno;
import io.rtrs.core.error.ProtocolException;
import io.rtrs.core.state.ServerPathState;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.Protocol;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.Collection;
import java.util.UUID;

/**
 * Decides about connect requests: rules 1 to 12 of spec/rtrs.md 5.3 in their order, and a bound on half-open paths. Rules
 * 13 to 15 are failures of making things, which the path reports itself.
 *
 * <p>Pure: looks at what there is, changes nothing.
 */
public final class AcceptPolicy {
    private final int halfOpenMax;

    /** A policy that lets at most {@code halfOpenMax} paths of the whole server be half-open at a time. */
    public AcceptPolicy(int halfOpenMax) {
        this.halfOpenMax = halfOpenMax;
    }

    /** What there is: the paths of a session, and all paths. */
    public interface Known {
        /** The paths of that session, or null if there is no such session. */
        @Nullable
        Collection<? extends PathEntry> pathsOf(UUID session);

        /** How many paths of all sessions are half-open. */
        int halfOpenCount();
    }

    /**
     * Decides.
     *
     * @param privateData of the connect request
     * @param client where it comes from
     * @param server where it arrived
     */
    public AcceptDecision decide(byte[] privateData, InetAddress client, InetAddress server, Known known) {
        ConReq request;
        try {
            request = ConReq.decode(privateData);
        } catch (ProtocolException e) {
            return new AcceptDecision.Reject(-Errno.ECONNRESET, String.valueOf(e.getMessage()));
        }
        Collection<? extends PathEntry> paths = known.pathsOf(request.sessionUuid());
        if (paths == null) {
            if (!request.firstConnection()) {
                return reject(
                        Errno.ENXIO,
                        "CON_REQ.paths_uuid = " + request.sessionUuid() + ", no such session, and first_conn = 0");
            }
            return bounded(new AcceptDecision.NewSession(request), known);
        }
        for (PathEntry path : paths) {
            if (path.uuid().equals(request.pathUuid())) {
                return next(request, path);
            }
        }
        return newPath(request, client, server, paths, known);
    }

    private static AcceptDecision next(ConReq request, PathEntry path) {
        if (path.state() != ServerPathState.CONNECTING) {
            return reject(
                    Errno.ECONNRESET,
                    "CON_REQ.sess_uuid = " + request.pathUuid() + ", the path exists and is " + path.state());
        }
        if (path.cidNum() != request.cidNum()) {
            return reject(
                    Errno.ECONNRESET, "CON_REQ.cid_num = " + request.cidNum() + ", the path has " + path.cidNum());
        }
        if (path.hasConnection(request.cid())) {
            return reject(
                    Errno.ECONNRESET, "CON_REQ.cid = " + request.cid() + ", the path has this connection already");
        }
        return new AcceptDecision.NextConnection(request);
    }

    private AcceptDecision newPath(
            ConReq request,
            InetAddress client,
            InetAddress server,
            Collection<? extends PathEntry> paths,
            Known known) {
        if (paths.size() >= Protocol.PATHS_MAX) {
            return reject(
                    Errno.ECONNRESET,
                    "CON_REQ.paths_uuid = " + request.sessionUuid() + ", the session has " + paths.size() + " paths");
        }
        for (PathEntry path : paths) {
            if (path.clientAddress().equals(client) && path.serverAddress().equals(server)) {
                return reject(
                        Errno.EEXIST,
                        "CON_REQ.sess_uuid = " + request.pathUuid() + ", path " + path.uuid() + " joins "
                                + client.getHostAddress() + " and " + server.getHostAddress() + " already");
            }
        }
        return bounded(new AcceptDecision.NewPath(request), known);
    }

    /** The kernel has no such bound; EBUSY is an errno that its client logs by name. */
    private AcceptDecision bounded(AcceptDecision decision, Known known) {
        int count = known.halfOpenCount();
        if (count >= halfOpenMax) {
            return reject(Errno.EBUSY, "half-open paths = " + count + ", the server bears " + halfOpenMax);
        }
        return decision;
    }

    private static AcceptDecision reject(int errno, String message) {
        return new AcceptDecision.Reject(-errno, message + ": " + Errno.describe(errno));
    }
}
