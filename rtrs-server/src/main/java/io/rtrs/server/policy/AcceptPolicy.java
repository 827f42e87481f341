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
 * Decides about connect requests: rules 1 to 12 of spec/rtrs.md 5.3 in their order, with
 * docs/decisions/0017-the-client-begins-anew.md before rule 8, and the bounds of {@link ServerLimits}.
 * Rules 13 to 15 are failures of making things, which the path reports itself.
 *
 * <p>Pure: looks at what there is, changes nothing.
 */
public final class AcceptPolicy {
    private final ServerLimits limits;
    private final long pathBytes;

    /**
     * A policy within these limits.
     *
     * @param pathBytes what a path takes of {@link ServerLimits#memoryMax}
     */
    public AcceptPolicy(ServerLimits limits, long pathBytes) {
        this.limits = limits;
        this.pathBytes = pathBytes;
    }

    /** What there is: the paths of a session, and all paths. */
    public interface Known {
        /** The paths of that session, or null if there is no such session. */
        @Nullable
        Collection<? extends PathEntry> pathsOf(UUID session);

        /** The paths of all sessions. */
        Collection<? extends PathEntry> allPaths();

        /** How many sessions there are. */
        int sessionCount();

        /** Connections of all paths, and of those that are closed of which something is left. */
        long connectionsTaken();

        /** Bytes of chunks of the same. */
        long memoryTaken();
    }

    /**
     * Decides.
     *
     * @param privateData of the connect request
     * @param client where it comes from
     * @param server where it arrived
     */
    public AcceptDecision decide(byte[] privateData, InetAddress client, InetAddress server, Known known) {
        if (!allowed(client)) {
            return reject(Errno.EACCES, "the client's address is not among those that may connect");
        }
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
            int sessions = known.sessionCount();
            if (sessions >= limits.sessionsMax()) {
                return reject(Errno.ENOBUFS, "sessions = " + sessions + ", the server bears " + limits.sessionsMax());
            }
            return bounded(new AcceptDecision.NewSession(request), request, client, known);
        }
        for (PathEntry path : paths) {
            if (path.uuid().equals(request.pathUuid())) {
                return next(request, client, path);
            }
        }
        return newPath(request, client, server, paths, known);
    }

    private static AcceptDecision next(ConReq request, InetAddress client, PathEntry path) {
        int age = (short) (request.reconnectCount() - path.reconnectCount());
        if (age > 0 && path.isOpen() && path.clientAddress().equals(client)) {
            return new AcceptDecision.Replace(
                    request,
                    -Errno.ECONNRESET,
                    "CON_REQ.recon_cnt = " + request.reconnectCount() + ", path " + request.pathUuid()
                            + " was made with "
                            + path.reconnectCount() + " and is " + path.state()
                            + ": its client has given it up, it is closed");
        }
        if (path.state() != ServerPathState.CONNECTING) {
            return reject(
                    Errno.ECONNRESET,
                    "CON_REQ.sess_uuid = " + request.pathUuid() + ", the path exists and is " + path.state());
        }
        if (age != 0) {
            return reject(
                    Errno.ECONNRESET,
                    "CON_REQ.recon_cnt = " + request.reconnectCount() + ", the path is being made with "
                            + path.reconnectCount());
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
        return bounded(new AcceptDecision.NewPath(request), request, client, known);
    }

    private boolean allowed(InetAddress client) {
        return limits.clients().isEmpty() || limits.clients().stream().anyMatch(range -> range.contains(client));
    }

    /**
     * The kernel has no such bounds. EBUSY is an errno that its client logs by name, and passes; the others stay while other
     * clients stay.
     */
    private AcceptDecision bounded(AcceptDecision decision, ConReq request, InetAddress client, Known known) {
        int halfOpen = 0;
        int halfOpenHere = 0;
        long connectionsHere = request.cidNum();
        long connections = request.cidNum() + known.connectionsTaken();
        for (PathEntry path : known.allPaths()) {
            if (path.halfOpen()) {
                halfOpen++;
                if (path.clientAddress().equals(client)) {
                    halfOpenHere++;
                    connectionsHere += path.cidNum();
                }
            }
        }
        if (halfOpen >= limits.halfOpenMax()) {
            return reject(Errno.EBUSY, "half-open paths = " + halfOpen + ", the server bears " + limits.halfOpenMax());
        }
        if (halfOpenHere >= limits.halfOpenPerClientMax()) {
            return reject(
                    Errno.EBUSY,
                    "half-open paths of this address = " + halfOpenHere + ", the server bears "
                            + limits.halfOpenPerClientMax());
        }
        if (halfOpenHere > 0 && connectionsHere > limits.connectionsMax() / 2) {
            return reject(
                    Errno.EBUSY,
                    "half-open paths of this address have announced " + connectionsHere
                            + " connections, that is more than half of the " + limits.connectionsMax()
                            + " that the server bears");
        }
        if (halfOpenHere > 0 && (halfOpenHere + 1) * pathBytes > limits.memoryMax() / 2) {
            return reject(
                    Errno.EBUSY,
                    "half-open paths of this address = " + halfOpenHere
                            + ", whose chunks and those of one more are more" + " than half of the "
                            + limits.memoryMax() + " bytes that the server has");
        }
        if (request.cidNum() > limits.pathConnectionsMax()) {
            return reject(
                    Errno.ENOBUFS,
                    "CON_REQ.cid_num = " + request.cidNum() + ", the server bears " + limits.pathConnectionsMax()
                            + " connections of a path");
        }
        if (connections > limits.connectionsMax()) {
            return reject(
                    Errno.ENOBUFS,
                    "CON_REQ.cid_num = " + request.cidNum() + " makes " + connections
                            + " connections, the server bears " + limits.connectionsMax());
        }
        long taken = known.memoryTaken();
        if (pathBytes > limits.memoryMax() - taken) {
            return reject(
                    Errno.ENOMEM,
                    "chunks of " + pathBytes + " bytes beside " + taken + " of other paths, the server has "
                            + limits.memoryMax());
        }
        return decision;
    }

    private static AcceptDecision reject(int errno, String message) {
        return new AcceptDecision.Reject(-errno, message + ": " + Errno.describe(errno));
    }
}
