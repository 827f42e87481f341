package io.rtrs.server;

import io.rtrs.core.Status;
import io.rtrs.core.driver.Ambient;
import io.rtrs.core.error.Errno;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.wire.Protocol;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.TimeBound;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.driver.ServerDriver;
import io.rtrs.server.driver.ServerSettings;
import io.rtrs.server.management.ServerBeans;
import io.rtrs.server.policy.AddressRange;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.server.policy.ServerLimits;
import io.rtrs.verbs.VerbsException;
import io.rtrs.verbs.VerbsProvider;
import io.rtrs.verbs.VerbsProviders;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * An RTRS server: takes sessions of clients, of this library or of the Linux kernel, and hands their requests to a handler
 * (spec/rtrs.md 14.2).
 *
 * <p><b>Threading:</b> every method from any thread. The server has one control thread and the threads of its
 * {@linkplain Builder#loops loops}, all daemons. <b>Ownership:</b> whoever started it closes it.
 */
public final class RtrsServer implements AutoCloseable {
    /** The port that RNBD uses. */
    public static final int DEFAULT_PORT = 1234;

    private final ServerDriver driver;

    private RtrsServer(ServerDriver driver) {
        this.driver = driver;
    }

    /** Starts to describe a server. */
    public static Builder builder() {
        return new Builder();
    }

    /** The sessions that exist now, those being made or closed included. */
    public List<ServerSession> sessions() {
        return List.copyOf(driver.sessions());
    }

    /** Where the server listens; a port that was given as 0 is the one that was chosen. */
    public List<InetSocketAddress> localAddresses() {
        return driver.localAddresses();
    }

    /**
     * How many connections were refused since the start, by what the client was told. BUSY: too many paths were half-open at
     * that moment, and our clients ask again; NO_BUFFERS, OUT_OF_MEMORY: a limit of the server is reached; ACCESS_DENIED:
     * the address may not connect. A snapshot, from any thread, also after the close.
     */
    public SortedMap<Status, Long> refusedConnections() {
        return driver.refusedConnections();
    }

    /** The last 64 refused connections and broken paths, oldest first. */
    public List<ServerIncident> incidents() {
        return driver.incidents();
    }

    /**
     * Polls each IO connection once in the caller's thread; only for {@link WaitStrategy#INVOKED}, otherwise it does nothing.
     *
     * @return completions handled
     */
    public int poll() {
        return driver.poll();
    }

    /**
     * Stops listening, closes all paths, and waits until nothing is left, at most 30 seconds. That is too short only if
     * operations are not answered or the listener does not return, which is logged: what they use stays allocated until
     * they are, and the listener is told of nothing any more. A second call waits as well. Called by a handler or
     * listener it only begins to close and returns.
     */
    @Override
    public void close() {
        driver.close();
    }

    /** Collects what a server is started with. <b>Threading:</b> one thread. */
    public static final class Builder {
        private static final int HALF_OPEN_MAX = 64;
        private static final int HALF_OPEN_PER_CLIENT_MAX = 32;
        private static final int SESSIONS_MAX = 1024;
        private static final int PATH_CONNECTIONS_MAX = 1024;
        private static final int CONNECTIONS_MAX = 8192;
        private static final int LOOPS_MAX = 64;

        /** A small heap is no reason to refuse these. */
        private static final int PATHS_LEAST = 8;

        private List<InetSocketAddress> listen = List.of(new InetSocketAddress("::", DEFAULT_PORT));
        private int queueDepth = Protocol.QUEUE_DEPTH_DEFAULT;
        private int chunkSize = Protocol.CHUNK_SIZE_DEFAULT;
        private int maxHeaderSize = Protocol.HEADER_SIZE_MAX_DEFAULT;
        private boolean alwaysInvalidate = true;
        private int memoryDescriptors = 1;
        private FencePolicy fence = FencePolicy.ON;
        private int halfOpenMax = HALF_OPEN_MAX;
        private int halfOpenPerClientMax = HALF_OPEN_PER_CLIENT_MAX;
        private int sessionsMax = SESSIONS_MAX;
        private int pathConnectionsMax = PATH_CONNECTIONS_MAX;
        private int connectionsMax = CONNECTIONS_MAX;
        private @Nullable Long memoryMax;
        private List<String> clients = List.of();
        private Duration halfOpenTimeout = Duration.ofMillis(Protocol.CONNECT_TIMEOUT_MS);
        private Duration heartbeatInterval = Duration.ofMillis(Protocol.HEARTBEAT_INTERVAL_MS);
        private int heartbeatMissedMax = Protocol.HEARTBEAT_MISSED_MAX;
        private WaitStrategy waitStrategy = WaitStrategy.SPIN_THEN_EVENTS;
        private int loopsPerPath = LoopShare.perPathByDefault();
        private int loopsMax = Math.max(LOOPS_MAX, LoopShare.perPathByDefault());
        private @Nullable LoopMode loopMode;
        private @Nullable LoopMode loopModeOfCount;
        private SessionListener listener = SessionListener.NONE;
        private @Nullable RequestHandler handler;
        private List<MemorySegment> answerFrom = List.of();
        private @Nullable VerbsProvider provider;
        private boolean management = true;

        private Builder() {}

        /** Where to listen; the default is {@code [::]:1234}, which takes IPv4 as well. */
        public Builder listen(InetSocketAddress... addresses) {
            listen = List.of(addresses);
            return this;
        }

        /**
         * Requests that a session may have at once, 1 to 65535, default 512. It must stay the same while clients live, over
         * restarts too (spec/rtrs.md 8). Queue depth times chunk size is at most 256 MiB, and each path takes that much.
         */
        public Builder queueDepth(int chunks) {
            queueDepth = chunks;
            return this;
        }

        /** Bytes of a chunk: a power of two of at least 8192, default 131072. */
        public Builder chunkSize(int bytes) {
            chunkSize = bytes;
            return this;
        }

        /** Bytes of a chunk that are kept for headers, default 4096; the rest is the largest data of a request. */
        public Builder maxHeaderSize(int bytes) {
            maxHeaderSize = bytes;
            return this;
        }

        /**
         * Whether a client's key to a chunk ends when its request arrives, so that it cannot change what the handler looks at;
         * default true.
         *
         * <p><b>False is dangerous:</b> every client may then overwrite any chunk of its path at any time, also while the
         * handler reads it or after it has checked it. Only for clients that are trusted with the handler's memory, or for
         * handlers that copy before they look.
         */
        public Builder alwaysInvalidate(boolean invalidate) {
            alwaysInvalidate = invalidate;
            return this;
        }

        /**
         * In how many pieces the client is shown the memory without {@link #alwaysInvalidate}; divides the queue depth,
         * default 1. With it, there is one for each chunk. For tests of clients.
         */
        public Builder memoryDescriptors(int count) {
            memoryDescriptors = count;
            return this;
        }

        /**
         * How a write that a client repeats on another path is kept from being undone by its first try;
         * {@link FencePolicy#ON} if not set.
         */
        public Builder fence(FencePolicy policy) {
            fence = policy;
            return this;
        }

        /** Who takes the requests; mandatory. */
        public Builder handler(RequestHandler requestHandler) {
            handler = requestHandler;
            return this;
        }

        /**
         * Memory of the handler's from which answers to READs may be sent without being copied into a chunk:
         * {@link ServerOperation#respond(long, MemorySegment, long)}. Clients get no key to it.
         *
         * <p><b>Ownership:</b> the caller's; native, and alive until {@link #close} has returned and every operation is
         * answered. Each path registers it with its adapter, for local reading, when its first connection asks for it: the
         * control thread waits for that, and an adapter of hardware pins the pages, once for each path, those of strangers
         * among them who are {@linkplain #halfOpenMax half open}. A path for which it fails is refused. So name memory that
         * is in use already, and of a size that can be locked so often; software RoCE pins nothing.
         */
        public Builder answerFrom(MemorySegment... memory) {
            answerFrom = List.of(memory);
            return this;
        }

        /** Who is told of sessions. */
        public Builder sessionListener(SessionListener sessionListener) {
            listener = sessionListener;
            return this;
        }

        /** Verbs; default: the one that serves the first listening address. */
        public Builder provider(VerbsProvider verbsProvider) {
            provider = verbsProvider;
            return this;
        }

        /**
         * How the loops of the IO connections wait for completions; {@link WaitStrategy#SPIN_THEN_EVENTS} if not set. Those of
         * service connections always wait for events.
         */
        public Builder waitStrategy(WaitStrategy strategy) {
            waitStrategy = strategy;
            return this;
        }

        /**
         * How many loops serve IO connections. The connections of a path share {@code perPath} loops at most, half as many as
         * there are processors if not set, but one at least; all paths together {@code inAll}, 64 if not set. A path has loops
         * of its own while there are some left; later ones join those that serve the fewest paths. Besides, each path has a loop
         * for its service connection, which it shares with nobody. A handler that blocks holds up all that its loop serves: give
         * more loops, or each connection a thread ({@link LoopMode#OWN_THREAD}), where that matters. Who calls this wants
         * {@link LoopMode#SHARED}, if no {@link #loopMode} says otherwise.
         *
         * @param perPath 1 to 4096
         * @param inAll at least as many
         */
        public Builder loops(int perPath, int inAll) {
            loopsPerPath = perPath;
            loopsMax = inAll;
            loopModeOfCount = LoopMode.SHARED;
            return this;
        }

        /**
         * Whether connections share loops or have threads of their own; if not set, they share them with the {@code softroce}
         * provider, and with others do not.
         */
        public Builder loopMode(LoopMode mode) {
            loopMode = mode;
            return this;
        }

        /**
         * Heartbeats of idle paths (spec/rtrs.md 12); default 5 s and 5.
         *
         * @param interval time between them
         * @param missedMax a client that is silent for more than so many intervals is dead
         */
        public Builder heartbeat(Duration interval, int missedMax) {
            heartbeatInterval = interval;
            heartbeatMissedMax = missedMax;
            return this;
        }

        /**
         * How long a path may take from its first connection to its INFO_RSP; default 30 s. The kernel has no such limit.
         * The time that the {@link SessionListener} takes counts, also that for which it is busy with other sessions.
         */
        public Builder halfOpenTimeout(Duration timeout) {
            halfOpenTimeout = timeout;
            return this;
        }

        /** How many paths may be between their first connection and INFO_RSP at once, default 64; more are refused. */
        public Builder halfOpenMax(int paths) {
            halfOpenMax = paths;
            return this;
        }

        /**
         * How many of these may come from one address, default 32: so one client cannot lock all others out. More are refused
         * with BUSY.
         */
        public Builder halfOpenPerClientMax(int paths) {
            halfOpenPerClientMax = paths;
            return this;
        }

        /** How many sessions there may be, default 1024; more are refused with NO_BUFFERS. */
        public Builder sessionsMax(int sessions) {
            sessionsMax = sessions;
            return this;
        }

        /**
         * How many connections there may be; more are refused with NO_BUFFERS. What a connection costs is its queues, and a
         * thread if it is a service connection, or if {@linkplain LoopMode#OWN_THREAD none are shared}.
         *
         * @param ofPath of one path, default 1024; a client brings one and as many as it has processors
         * @param inAll of all paths, default 8192
         */
        public Builder connectionsMax(int ofPath, int inAll) {
            pathConnectionsMax = ofPath;
            connectionsMax = inAll;
            return this;
        }

        /**
         * How much memory the chunks of all paths may take, in bytes; a path that would take more is refused with OUT_OF_MEMORY. The
         * default is twice what the Java heap may grow to, which is half of the machine's memory unless the heap was given
         * another size; and room for eight paths where that is more. A path takes queue depth times chunk size.
         */
        public Builder memoryMax(long bytes) {
            memoryMax = bytes;
            return this;
        }

        /**
         * Who may connect: addresses, or ranges such as {@code 10.1.0.0/16} and {@code fd00::/8}; others are refused with
         * ACCESS_DENIED. The default is everybody. Addresses can be forged where the network lets them.
         */
        public Builder allowClients(String... ranges) {
            clients = List.of(ranges);
            return this;
        }

        /**
         * Whether operators see and steer the server through JMX, and so by {@code rtrs stat} and {@code rtrs path}; default
         * true.
         */
        public Builder management(boolean managed) {
            management = managed;
            return this;
        }

        /**
         * Starts the server.
         *
         * @throws RtrsException INVALID for a bad value; NO_DEVICE without a usable provider; ADDRESS_IN_USE,
         *     ADDRESS_NOT_AVAILABLE and others of the connection manager; nothing is left behind
         */
        public RtrsServer start() throws RtrsException {
            RequestHandler requestHandler = handler;
            if (requestHandler == null || listen.isEmpty()) {
                throw new RtrsException(
                        Errno.EINVAL, requestHandler == null ? "no handler" : "no address to listen on");
            }
            for (MemorySegment memory : answerFrom) {
                if (!memory.isNative()
                        || memory.byteSize() == 0
                        || !memory.scope().isAlive()
                        || !memory.isAccessibleBy(new Thread(() -> {}))) {
                    throw new RtrsException(
                            Errno.EINVAL,
                            "answers are sent from native memory of at least one byte that is not freed and not of a"
                                    + " confined arena, not " + memory);
                }
            }
            if (!TimeBound.isTime(heartbeatInterval) || heartbeatMissedMax < 1) {
                throw new RtrsException(
                        Errno.EINVAL,
                        "heartbeat " + heartbeatInterval + ", missed " + heartbeatMissedMax
                                + "; more than 0, up to a day, and 1 or more are possible");
            }
            if (!TimeBound.isTime(halfOpenTimeout)) {
                throw new RtrsException(
                        Errno.EINVAL, "halfOpenTimeout " + halfOpenTimeout + "; more than 0, up to a day, is possible");
            }
            if (loopsPerPath < 1 || loopsPerPath > LoopShare.PER_PATH_MAX || loopsMax < loopsPerPath) {
                throw new RtrsException(
                        Errno.EINVAL,
                        "loops = " + loopsPerPath + " of a path, " + loopsMax + " in all; 1 to "
                                + LoopShare.PER_PATH_MAX + " of a path and at least as many in all are possible");
            }
            if (loopMode == LoopMode.INVOKED) {
                throw new RtrsException(
                        Errno.EINVAL,
                        "loopMode = INVOKED is for simulated worlds; an application that polls uses WaitStrategy.INVOKED");
            }
            ServerConfig config = ServerConfig.checked(new ServerConfig(
                    queueDepth,
                    chunkSize,
                    maxHeaderSize,
                    alwaysInvalidate,
                    memoryDescriptors,
                    fence,
                    halfOpenTimeout.toNanos()));
            List<AddressRange> allowed = new ArrayList<>();
            for (String range : clients) {
                allowed.add(AddressRange.parse(range));
            }
            long memory = memoryMax != null
                    ? memoryMax
                    : Math.max(2 * Runtime.getRuntime().maxMemory(), PATHS_LEAST * config.chunkBytes());
            ServerLimits limits = ServerLimits.checked(new ServerLimits(
                    halfOpenMax,
                    halfOpenPerClientMax,
                    sessionsMax,
                    pathConnectionsMax,
                    connectionsMax,
                    memory,
                    List.copyOf(allowed)));
            if (config.chunkBytes() > memory) {
                throw new RtrsException(
                        Errno.EINVAL,
                        "memoryMax = " + memory + " is less than one path takes: " + queueDepth + " chunks of "
                                + chunkSize + " bytes");
            }
            try {
                VerbsProvider verbs = provider != null
                        ? provider
                        : VerbsProviders.automatic(listen.getFirst().getAddress());
                ServerDriver driver = ServerDriver.start(new ServerSettings(
                        listen,
                        config,
                        limits,
                        verbs,
                        waitStrategy,
                        new LoopShare(loopMode != null ? loopMode : loopModeOfCount, loopsPerPath, loopsMax).on(verbs),
                        requestHandler,
                        answerFrom,
                        listener,
                        heartbeatInterval.toNanos(),
                        heartbeatMissedMax,
                        Ambient.real()));
                if (management) {
                    ServerBeans.show(driver, verbs);
                }
                return new RtrsServer(driver);
            } catch (VerbsException e) {
                throw new RtrsException(
                        e.errno() == 0 ? Errno.EIO : e.errno(), "starting an RTRS server: " + e.getMessage(), e);
            } catch (IOException e) {
                throw new RtrsException(Errno.EIO, "starting an RTRS server: " + e.getMessage(), e);
            }
        }
    }
}
