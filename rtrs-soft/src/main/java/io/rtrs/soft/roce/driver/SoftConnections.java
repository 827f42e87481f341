package io.rtrs.soft.roce.driver;

import com.ibm.disni.verbs.RdmaConnParam;
import io.rtrs.soft.connection.IdState;
import io.rtrs.soft.connection.Require;
import io.rtrs.soft.property.NumberProperty;
import io.rtrs.soft.roce.cm.AcceptParameters;
import io.rtrs.soft.roce.cm.ConnectParameters;
import io.rtrs.soft.roce.cm.ConnectionManager;
import io.rtrs.soft.roce.cm.message.PrivateData;
import io.rtrs.soft.roce.endpoint.Endpoint;
import io.rtrs.soft.roce.rc.QpAttributes;
import io.rtrs.soft.roce.wire.Gid;
import io.rtrs.soft.roce.wire.RoceOpcode;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.libc.Errno;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What ids ask of their connections: each is the connection manager's of the id's site.
 *
 * <p><b>Threading:</b> safe from any thread; the registry's monitor guards the ids, and is not held while a site runs.
 */
final class SoftConnections {
    /**
     * System property, a time code from 0 to 31: who connects has both sides repeat a request after this time, who accepts
     * has a kernel wait at least as long.
     */
    static final String ACK_TIMEOUT_PROPERTY = "io.rtrs.verbs.softroce.ackTimeout";

    /** The longest time until a request is repeated is 0.54 s; how long the round trip takes makes it shorter. */
    private static final int ACK_TIMEOUT = 17;

    /**
     * System property, in seconds, a year at most: a peer that leaves requests unacknowledged for so long is given up, where
     * the retry count is 7; 0: never.
     */
    static final String SILENCE_PROPERTY = "io.rtrs.verbs.softroce.silence";

    private static final NumberProperty ACK = new NumberProperty(ACK_TIMEOUT_PROPERTY, "a time code", 0, 31);
    private static final NumberProperty SILENCE =
            new NumberProperty(SILENCE_PROPERTY, "a time in seconds", 0, TimeUnit.DAYS.toSeconds(365));

    private final Registry registry;

    SoftConnections(Registry registry) {
        this.registry = registry;
    }

    /** Refuses properties that are wrong before anything depends on them. */
    static void checkProperties() throws VerbsException {
        ackTimeout(ACK_TIMEOUT);
        silenceNs();
    }

    /** The property, or the default. */
    static long silenceNs() throws VerbsException {
        return TimeUnit.SECONDS.toNanos(SILENCE.or(TimeUnit.NANOSECONDS.toSeconds(QpAttributes.Patience.SILENCE_NS)));
    }

    private static int ackTimeout(int unset) throws VerbsException {
        return (int) ACK.or(unset);
    }

    void connect(SoftId id, RdmaConnParam parameters, byte[] data) throws VerbsException {
        Require.room(data, ConnectionManager.CONNECT_DATA);
        Site site;
        SoftQp qp;
        ConnectParameters wish;
        int carried;
        synchronized (registry) {
            Require.state(id.state, IdState.ROUTE);
            site = registry.siteOf(id);
            carried = site.pathMtu();
            qp = Require.queuePair(id.qp);
            wish = wish(id, carried, qp, parameters, data);
            id.state = IdState.CONNECTION;
        }
        Endpoint endpoint = site.first().endpoint();
        int result = site.run(now -> {
            endpoint.connections().carries(carried);
            long handle = endpoint.connections().connect(wish, now);
            if (handle > 0) {
                endpoint.announce(qp.lane());
                site.consumer().addConnection(handle, id);
            }
            return (int) Math.min(handle, 0);
        });
        if (result != 0) {
            throw new VerbsException("connecting to " + id.destination + " was refused", -result);
        }
    }

    private ConnectParameters wish(SoftId id, int carried, SoftQp qp, RdmaConnParam parameters, byte[] data)
            throws VerbsException {
        InetSocketAddress from = Objects.requireNonNull(id.source);
        InetSocketAddress to = Objects.requireNonNull(id.destination);
        return new ConnectParameters(
                Gid.of(to.getAddress()),
                to.getPort(),
                from.getPort(),
                qp.number(),
                registry.random.nextInt(),
                pathMtu(carried, to),
                Byte.toUnsignedInt(parameters.getInitiator_depth()),
                Byte.toUnsignedInt(parameters.getResponder_resources()),
                parameters.getRetry_count(),
                parameters.getRnr_retry_count(),
                ackTimeout(ACK_TIMEOUT),
                false,
                PrivateData.of(data));
    }

    /** More than the largest of a network only where the packets do not leave the machine. */
    private static int pathMtu(int carried, InetSocketAddress to) {
        return to.getAddress().isLoopbackAddress() ? carried : Math.min(carried, RoceOpcode.MAX_PAYLOAD);
    }

    void accept(SoftId id, RdmaConnParam parameters, byte[] data) throws VerbsException {
        Require.room(data, ConnectionManager.ACCEPT_DATA);
        SoftQp qp;
        synchronized (registry) {
            qp = Require.queuePair(id.qp);
        }
        AcceptParameters wish = new AcceptParameters(
                qp.number(),
                registry.random.nextInt(),
                Byte.toUnsignedInt(parameters.getInitiator_depth()),
                Byte.toUnsignedInt(parameters.getResponder_resources()),
                parameters.getRnr_retry_count(),
                ackTimeout(AcceptParameters.ACK_DELAY),
                false,
                PrivateData.of(data));
        command(id, "accept", (manager, connection, now) -> manager.accept(connection, wish, now));
    }

    void reject(SoftId id, byte[] privateData) throws VerbsException {
        Require.room(privateData, ConnectionManager.REJECT_DATA);
        PrivateData data = PrivateData.of(privateData);
        command(id, "reject", (manager, connection, now) -> manager.reject(connection, data, now));
    }

    void notifyEstablished(SoftId id) throws VerbsException {
        command(id, "notifyEstablished", ConnectionManager::notifyEstablished);
    }

    void disconnect(SoftId id) throws VerbsException {
        command(id, "disconnect", ConnectionManager::disconnect);
    }

    /** What is done with a connection; 0 or a negative errno. */
    @FunctionalInterface
    private interface Command {
        int apply(ConnectionManager manager, long connection, long nowNs);
    }

    private void command(SoftId id, String what, Command command) throws VerbsException {
        Site site;
        long connection;
        synchronized (registry) {
            site = id.site;
            connection = id.connection;
        }
        if (site == null || connection == 0) {
            throw new VerbsException(what + ": the id has no connection", Errno.EINVAL);
        }
        int result = site.run(now -> command.apply(site.connections(), connection, now));
        if (result != 0) {
            throw new VerbsException(what + ": the connection is not in a state for it", -result);
        }
    }
}
