package io.rtrs.client;

import io.rtrs.client.management.ClientBeans;
import io.rtrs.client.session.PathAdmission;
import io.rtrs.client.session.SessionOpener;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.path.ReconnectBackoff;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.wire.SessionName;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.TimeBound;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.verbs.VerbsProvider;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Opens sessions: {@code RtrsClient.builder().sessionName("clt").path("ip:10.9.0.2").open()}. */
public final class RtrsClient {
    /** The port of RNBD servers. */
    public static final int DEFAULT_PORT = 1234;

    private RtrsClient() {}

    /** Starts to describe a session. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The options of a session.
     *
     * <p><b>Threading:</b> one thread. It can be used again after {@link #open}.
     */
    public static final class Builder {
        private String sessionName = "";
        private final List<String> paths = new ArrayList<>();
        private int port = DEFAULT_PORT;
        private @Nullable VerbsProvider provider;
        private int loops = LoopShare.perPathByDefault();
        private @Nullable LoopMode loopMode;
        private @Nullable LoopMode loopModeOfCount;
        private int ioConnections = Runtime.getRuntime().availableProcessors();
        private MultipathPolicy policy = MultipathPolicy.ROUND_ROBIN;
        private @Nullable PathSelector selector;
        private WaitStrategy waitStrategy = WaitStrategy.SPIN_THEN_EVENTS;
        private boolean invalidateReads = true;
        private boolean copyBuffers;
        private SessionListener sessionListener = SessionListener.NONE;
        private Duration connectTimeout = Duration.ofMillis(Protocol.CONNECT_TIMEOUT_MS);
        private Duration heartbeatInterval = Duration.ofMillis(Protocol.HEARTBEAT_INTERVAL_MS);
        private int heartbeatMissedMax = Protocol.HEARTBEAT_MISSED_MAX;
        private Duration reconnectDelay = Duration.ofSeconds(5);
        private Duration reconnectJitter = Duration.ofSeconds(5);
        private int reconnectAttemptsMax = ReconnectBackoff.UNLIMITED;
        private Duration pathWait = Duration.ZERO;
        private boolean management = true;

        private Builder() {}

        /** The name that the server sees: at most 254 bytes, without '/' and '.'. */
        public Builder sessionName(String name) {
            this.sessionName = name;
            return this;
        }

        /** Adds a path, {@code [source@]destination} with {@code ip:} before each address; 1 to 128 paths. */
        public Builder path(String path) {
            paths.add(path);
            return this;
        }

        /** The server's port; 1234 if not set. */
        public Builder port(int value) {
            this.port = value;
            return this;
        }

        /** The verbs to use; if not set, those that have a device for the first path's source address. */
        public Builder provider(VerbsProvider value) {
            this.provider = value;
            return this;
        }

        /** Connections for IO, beside the service connection; one per processor if not set. */
        public Builder ioConnections(int count) {
            this.ioConnections = count;
            return this;
        }

        /** How requests choose among several paths; {@link MultipathPolicy#ROUND_ROBIN} if not set. */
        public Builder policy(MultipathPolicy value) {
            this.policy = value;
            this.selector = null;
            return this;
        }

        /** Chooses the paths of requests in place of a {@link MultipathPolicy}; the last call of the two counts. */
        public Builder policy(PathSelector value) {
            this.selector = value;
            return this;
        }

        /**
         * How many loops the IO connections of a path share, 1 to 4096; if not set, half as many as there are
         * processors, at least one. A callback that blocks holds up its loop: the IO connections of the path that share it, and
         * no other path's. Who calls this wants {@link LoopMode#SHARED}, if no {@link #loopMode} says otherwise.
         */
        public Builder loops(int count) {
            this.loops = count;
            this.loopModeOfCount = LoopMode.SHARED;
            return this;
        }

        /**
         * Whether connections share loops or have threads of their own; if not set, they share them with the {@code softroce}
         * provider, and with others do not.
         */
        public Builder loopMode(LoopMode mode) {
            this.loopMode = mode;
            return this;
        }

        /**
         * How the loops of the IO connections wait for completions; {@link WaitStrategy#SPIN_THEN_EVENTS} if not set. Those of
         * service connections always wait for events.
         */
        public Builder waitStrategy(WaitStrategy value) {
            this.waitStrategy = value;
            return this;
        }

        /**
         * Whether the key that a read gives to the server is good for that read only, by a memory window that the server's
         * answer invalidates (NEED_INVAL, spec/rtrs.md 7.3), or that the client revokes when the answer is here, where the
         * device's windows are at hand. On where the device has windows, unless switched off. Off, the server holds a key
         * to all of a {@link RegisteredMemory} for as long as it is registered.
         */
        public Builder invalidateReads(boolean value) {
            this.invalidateReads = value;
            return this;
        }

        /**
         * Whether each permit gets registered memory of its own, so that {@link ClientSession#requestCopied} works. Costs
         * queue depth × max IO size bytes of locked memory, 62 MiB with a server's defaults; off if not set.
         */
        public Builder copyBuffers(boolean value) {
            this.copyBuffers = value;
            return this;
        }

        /** Who is told that the session lost its last path, or has one again. */
        public Builder sessionListener(SessionListener value) {
            this.sessionListener = value;
            return this;
        }

        /** The time limit of each step: resolving, each connection, the INFO exchange, disconnecting; 30 s if not set. */
        public Builder connectTimeout(Duration value) {
            this.connectTimeout = value;
            return this;
        }

        /** How often the server is asked for a sign of life, and how many misses are tolerated; 5 s and 5 if not set. */
        public Builder heartbeat(Duration interval, int missedMax) {
            this.heartbeatInterval = interval;
            this.heartbeatMissedMax = missedMax;
            return this;
        }

        /**
         * When a path that broke is connected again: after the delay, a random part of the jitter, and one second, from
         * when the broken one was taken down; so again after each failure. 5 s, 5 s and without limit if not set. A
         * server that has another queue depth now, or says that it does not serve this client (EACCES, EPERM), ends
         * that: the path is closed until somebody reconnects it.
         *
         * @param delay 0 to a day
         * @param jitter 0 to a day; spreads clients that lost the same server at the same moment
         * @param attemptsMax so many in a row may fail, those not counted that the server refuses for the moment (EBUSY): −1 for
         *     no limit, 0 for no reconnecting, at most 9999; then the path
         *     is closed
         */
        public Builder reconnect(Duration delay, Duration jitter, int attemptsMax) {
            this.reconnectDelay = delay;
            this.reconnectJitter = jitter;
            this.reconnectAttemptsMax = attemptsMax;
            return this;
        }

        /**
         * How long a request waits while no path takes it, such as when the server is started again; 0 if not set: then
         * it fails at once with CONNECTION_ABORTED, as in the kernel.
         *
         * <p>A request that finds no path connected is accepted, and one that is under way when the last path breaks
         * goes on waiting; the first path that connects takes both, the oldest first. Time in which a path has a
         * request is not counted. When the time is over, and when the session is closed, a request that waits ends with
         * CONNECTION_ABORTED, told to its callback, once, on a thread of the session. What no path could carry is
         * refused at once, as ever: TOO_LONG, INVALID.
         *
         * <p>Waiting brings no path back. Where none comes back by itself, such as after a server's refusal that lasts,
         * when the attempts to reconnect are used up, or when all paths were disconnected by hand, requests wait in
         * vain, which is logged, until {@link ClientSession#reconnectPath} or {@link ClientSession#addPath} brings one
         * up.
         *
         * <p>A request that waits keeps its permit and its memory, and a copy of its user header. The caller's thread
         * does not wait, but in {@link ClientSession#read} and {@link ClientSession#write}. A write that was under way
         * may be executed twice by the server, as with several paths.
         *
         * @param value 0 to a day
         */
        public Builder pathWait(Duration value) {
            this.pathWait = value;
            return this;
        }

        /**
         * Whether operators see and steer the session through JMX, and so by {@code rtrs stat} and {@code rtrs path}; on if
         * not set. The first session of a process starts the JVM's server of JMX for it, which takes some ten milliseconds.
         */
        public Builder management(boolean value) {
            this.management = value;
            return this;
        }

        /**
         * Opens the session; blocks until all paths are up. A server that refuses for the moment (BUSY, TRY_AGAIN) is asked
         * again, with growing pauses, until the connect timeout is over.
         *
         * @throws RtrsException INVALID for a bad option; otherwise why the first path that failed did, and then nothing is
         *     left behind: CONNECTION_REFUSED where nobody listens, HOST_UNREACHABLE, NETWORK_UNREACHABLE, NOT_PERMITTED and
         *     others of the network, TIMED_OUT without an answer, CONNECTION_RESET, NO_DEVICE, or what the server rejected
         *     with
         */
        public ClientSession open() throws RtrsException {
            ClientSession session = SessionOpener.open(options());
            if (management) {
                ClientBeans.show(session);
            }
            return session;
        }

        private SessionOptions options() throws RtrsException {
            List<PathAddress> addresses = new ArrayList<>();
            for (String path : paths) {
                addresses.add(PathAddress.parse(path));
            }
            int count = addresses.size();
            require(count >= 1 && count <= Protocol.PATHS_MAX, count + " paths; 1 to 128 are possible");
            PathAdmission.checkAll(addresses);
            require(port >= 1 && port <= 65535, "port " + port);
            require(
                    ioConnections >= 1 && ioConnections < Protocol.CONNECTIONS_MAX,
                    ioConnections + " IO connections; 1 to 4095 are possible");
            require(
                    loops >= 1 && loops <= LoopShare.PER_PATH_MAX,
                    "loops = " + loops + "; 1 to " + LoopShare.PER_PATH_MAX + " are possible");
            require(
                    loopMode != LoopMode.INVOKED,
                    "loopMode = INVOKED is for simulated worlds; an application that polls uses WaitStrategy.INVOKED");
            require(
                    TimeBound.isTime(connectTimeout),
                    "connect timeout " + connectTimeout + "; more than 0, up to a day, is possible");
            require(
                    TimeBound.isTime(heartbeatInterval),
                    "heartbeat interval " + heartbeatInterval + "; more than 0, up to a day, is possible");
            require(heartbeatMissedMax >= 1, "missed heartbeats " + heartbeatMissedMax + " must be at least 1");
            require(
                    TimeBound.isPause(reconnectDelay),
                    "reconnect delay " + reconnectDelay + "; 0 to a day is possible");
            require(
                    TimeBound.isPause(reconnectJitter),
                    "reconnect jitter " + reconnectJitter + "; 0 to a day is possible");
            require(
                    reconnectAttemptsMax >= ReconnectBackoff.UNLIMITED
                            && reconnectAttemptsMax <= ReconnectBackoff.ATTEMPTS_MAX,
                    reconnectAttemptsMax + " attempts to reconnect; -1 (no limit) to 9999 are possible");
            require(TimeBound.isPause(pathWait), "wait for a path " + pathWait + "; 0 to a day is possible");
            return new SessionOptions(
                    SessionName.require(sessionName),
                    List.copyOf(addresses),
                    port,
                    Optional.ofNullable(provider),
                    ioConnections,
                    policy,
                    selector,
                    waitStrategy,
                    new LoopShare(loopMode != null ? loopMode : loopModeOfCount, loops, Integer.MAX_VALUE),
                    invalidateReads,
                    copyBuffers,
                    sessionListener,
                    connectTimeout.toNanos(),
                    heartbeatInterval.toNanos(),
                    heartbeatMissedMax,
                    reconnectDelay.toNanos(),
                    reconnectJitter.toNanos(),
                    reconnectAttemptsMax,
                    pathWait.toNanos());
        }

        private static void require(boolean holds, String what) throws RtrsException {
            if (!holds) {
                throw new RtrsException(Errno.EINVAL, what);
            }
        }
    }
}
