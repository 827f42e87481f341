package io.rtrs.server.driver;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.Status;
import io.rtrs.core.connection.Device;
import io.rtrs.core.error.Errno;
import io.rtrs.core.wire.ConReq;
import io.rtrs.core.wire.ConRsp;
import io.rtrs.server.path.Path;
import io.rtrs.server.path.PathEnds;
import io.rtrs.server.path.PathHost;
import io.rtrs.server.policy.AcceptDecision;
import io.rtrs.server.policy.AcceptPolicy;
import io.rtrs.server.request.ChunkMemory;
import io.rtrs.server.session.Session;
import io.rtrs.server.session.SessionHost;
import io.rtrs.server.session.Sessions;
import io.rtrs.verbs.CmEvent;
import io.rtrs.verbs.ExtendedCm;
import io.rtrs.verbs.LogBudget;
import io.rtrs.verbs.VerbsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Carries out what {@link AcceptPolicy} decides about connect requests. Every request is answered, by an accept or by a
 * reject with a CON_RSP that tells why (spec/rtrs.md 5.4).
 *
 * <p><b>Threading:</b> the control thread.
 */
final class Acceptor {
    private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

    private final ServerSettings settings;
    private final PathHost host;
    private final SessionHost sessionHost;
    private final Sessions sessions;
    private final AcceptPolicy policy;
    private final ExtendedCm cm;
    private final LogBudget refusals = new LogBudget();
    private final ConcurrentSkipListMap<Status, Long> refused = new ConcurrentSkipListMap<>();

    Acceptor(ServerSettings settings, PathHost host, SessionHost sessionHost, Sessions sessions) throws IOException {
        this.settings = settings;
        this.host = host;
        this.sessionHost = sessionHost;
        this.sessions = sessions;
        this.policy = new AcceptPolicy(settings.limits(), settings.config().chunkBytes());
        this.cm = settings.provider().cm();
    }

    /** How many connections were refused, by what the client was told; any thread. */
    SortedMap<Status, Long> refused() {
        return new TreeMap<>(refused);
    }

    void onConnectRequest(CmEvent event, boolean closing) {
        RdmaCmId id = event.getConnIdPriv();
        PathEnds ends = null;
        try {
            ends = new PathEnds(address(cm.getDstAddr(id)), address(cm.getSrcAddr(id)));
            AcceptDecision decision = closing
                    ? new AcceptDecision.Reject(
                            -Errno.ECONNRESET, "the server closes: " + Errno.describe(Errno.ECONNRESET))
                    : policy.decide(event.privateData(), ends.client(), ends.server(), sessions);
            switch (decision) {
                case AcceptDecision.Reject reject -> reject(id, ends, reject.errno(), reject.message());
                case AcceptDecision.Replace replace -> {
                    find(replace.request()).fail(-replace.errno(), replace.message()); // which says enough of it
                    rejectOnly(id, replace.errno());
                    destroy(id);
                }
                case AcceptDecision.NewSession first -> newSession(id, ends, first.request());
                case AcceptDecision.NewPath path -> newPath(id, ends, path.request());
                case AcceptDecision.NextConnection next -> {
                    Path path = find(next.request());
                    accept(path, next.request().cid(), id, ends);
                }
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            LOG.error("a connect request failed", e);
            reject(id, ends, -errno(e), "the server failed: " + e);
        }
    }

    private static InetAddress address(java.net.SocketAddress address) {
        return ((InetSocketAddress) address).getAddress();
    }

    private Path find(ConReq request) {
        for (Path path : session(request).pathList()) {
            if (path.uuid().equals(request.pathUuid())) {
                return path;
            }
        }
        throw new IllegalStateException("path " + request.pathUuid() + " has gone");
    }

    private Session session(ConReq request) {
        Session session = sessions.find(request.sessionUuid());
        if (session == null) {
            throw new IllegalStateException("session " + request.sessionUuid() + " has gone");
        }
        return session;
    }

    private void newSession(RdmaCmId id, PathEnds ends, ConReq request) {
        Session session = new Session(sessionHost, request.sessionUuid(), settings.config());
        Path path = makePath(id, ends, request, session);
        if (path != null) {
            sessions.add(session);
            session.add(path);
            accept(path, request.cid(), id, ends);
        }
    }

    private void newPath(RdmaCmId id, PathEnds ends, ConReq request) {
        Session session = session(request);
        Path path = makePath(id, ends, request, session);
        if (path != null) {
            session.add(path);
            accept(path, request.cid(), id, ends);
        }
    }

    /** Rule 13: everything that can be made before the first connection; on failure nothing is left, and null. */
    private @Nullable Path makePath(RdmaCmId id, PathEnds ends, ConReq request, Session session) {
        Device device = null;
        ChunkMemory memory = null;
        try {
            device = Device.open(settings.provider(), id.getVerbs());
            memory = ChunkMemory.allocate(
                    device.verbs(), device.pd(), device.attributes(), settings.config(), settings.answerFrom());
            return new Path(host, session, request, ends, device, memory);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            reject(id, ends, -errno(e), "making the path's memory: " + e.getMessage());
            if (memory != null) {
                freeQuietly("windows", memory::freeWindows);
                freeQuietly("chunks", memory::free);
            }
            if (device != null) {
                freeQuietly("a protection domain", device::close);
            }
            return null;
        }
    }

    private void accept(Path path, int cid, RdmaCmId id, PathEnds ends) {
        try {
            path.accept(cid, id);
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // the last one: no thread could be started
            int errno = errno(e);
            boolean taken = path.owns(id);
            rejectOnly(id, -errno);
            if (!taken) {
                destroy(id);
            }
            path.fail(errno, "accepting con " + cid + " from " + ends.client() + ": " + e.getMessage());
        }
    }

    private void reject(RdmaCmId id, @Nullable PathEnds ends, int errno, String message) {
        String peer = ends == null ? "unknown" : ends.client().getHostAddress();
        if (refusals.take(host.nowNs())) {
            long leftOut = refusals.leftOut();
            String more = leftOut == 0 ? "" : "; " + leftOut + " refusals before this one are not logged";
            LOG.warn("connection from {} refused: {}{}", peer, message, more);
        }
        host.incident(peer, -errno, message);
        rejectOnly(id, errno);
        destroy(id);
    }

    private void rejectOnly(RdmaCmId id, int errno) {
        refused.merge(Status.of(errno), 1L, Long::sum);
        try {
            cm.reject(id, new ConRsp.Reject(errno).encode());
        } catch (IOException e) {
            LOG.warn("sending a reject: {}", e.getMessage());
        }
    }

    private void destroy(RdmaCmId id) {
        try {
            @SuppressWarnings("unused") // failures come as exceptions
            int result = cm.destroyCmId(id);
        } catch (IOException e) {
            LOG.error("destroying a cm id: {}", e.toString());
        }
    }

    private static int errno(Throwable e) {
        return e instanceof VerbsException verbs && verbs.errno() > 0 ? verbs.errno() : Errno.ENOMEM;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void freeQuietly(String what, Step step) {
        try {
            step.run();
        } catch (IOException | RuntimeException e) {
            LOG.error("freeing {}: {}", what, e.toString());
        }
    }
}
