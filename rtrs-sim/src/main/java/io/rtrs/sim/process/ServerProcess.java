package io.rtrs.sim.process;

import io.rtrs.core.error.RtrsException;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.server.FencePolicy;
import io.rtrs.server.RequestHandler;
import io.rtrs.server.SessionListener;
import io.rtrs.server.driver.ServerDriver;
import io.rtrs.server.driver.ServerSettings;
import io.rtrs.server.path.Path;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.server.policy.ServerLimits;
import io.rtrs.server.session.Session;
import io.rtrs.sim.net.SimNetwork;
import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.World;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process with a server. */
public final class ServerProcess extends SimProcess {
    /** Where servers listen. */
    public static final int PORT = 1234;

    /** What a server is like. */
    public record Plan(
            int queueDepth,
            int chunkSize,
            boolean alwaysInvalidate,
            FencePolicy fence,
            long heartbeatNs,
            int heartbeatMissedMax,
            int pathMtu) {

        /** As this one, with another fence. */
        public Plan with(FencePolicy other) {
            return new Plan(queueDepth, chunkSize, alwaysInvalidate, other, heartbeatNs, heartbeatMissedMax, pathMtu);
        }
    }

    private static final int HEADER_MAX = 256;
    private static final int HALF_OPEN_MAX = 64;
    private static final int MANY = 1024;

    private final ServerDriver driver;

    /** Starts a server that listens at all the addresses. */
    public ServerProcess(
            World world,
            SimNetwork network,
            Chance chance,
            String name,
            List<InetAddress> addresses,
            Plan plan,
            RequestHandler handler) {
        super(world, network, chance, name, addresses, plan.pathMtu());
        try {
            ServerConfig config = ServerConfig.checked(new ServerConfig(
                    plan.queueDepth(),
                    plan.chunkSize(),
                    HEADER_MAX,
                    plan.alwaysInvalidate(),
                    1,
                    plan.fence(),
                    TimeUnit.SECONDS.toNanos(30)));
            ServerLimits limits = ServerLimits.checked(
                    new ServerLimits(HALF_OPEN_MAX, HALF_OPEN_MAX, MANY, MANY, MANY, Long.MAX_VALUE, List.of()));
            List<InetSocketAddress> listen = addresses.stream()
                    .map(address -> new InetSocketAddress(address, PORT))
                    .toList();
            this.driver = ServerDriver.start(new ServerSettings(
                    listen,
                    config,
                    limits,
                    provider(),
                    WaitStrategy.EVENTS,
                    LOOPS,
                    handler,
                    List.of(),
                    SessionListener.NONE,
                    plan.heartbeatNs(),
                    plan.heartbeatMissedMax(),
                    ambient()));
        } catch (RtrsException e) {
            throw new IllegalArgumentException(e);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server. */
    public ServerDriver driver() {
        return driver;
    }

    /** Paths that take requests. */
    public int connectedPaths() {
        int paths = 0;
        for (Session session : driver.sessions()) {
            for (Path path : session.pathList()) {
                paths += path.isConnected() ? 1 : 0;
            }
        }
        return paths;
    }

    /** Begins to close it in order. */
    public void close() {
        driver.closeSoon();
    }

    /** Whether it is closed, and its addresses are free. */
    public boolean isGone() {
        boolean gone = driver.isClosed() && provider().isUnused();
        if (gone) {
            end();
        }
        return gone;
    }

    @Override
    public void kill() {
        super.kill();
        driver.closeSoon();
    }
}
