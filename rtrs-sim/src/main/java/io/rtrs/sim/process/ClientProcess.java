package io.rtrs.sim.process;

import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.SessionListener;
import io.rtrs.client.session.Opening;
import io.rtrs.client.session.Session;
import io.rtrs.client.session.SessionOptions;
import io.rtrs.core.error.RtrsException;
import io.rtrs.core.path.PathAddress;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.sim.net.SimNetwork;
import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.World;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process with a client of one session, which is opened again and again until that succeeds. */
public final class ClientProcess extends SimProcess {
    /** What a client is like. */
    public record Plan(
            String sessionName,
            int ioConnections,
            MultipathPolicy policy,
            boolean invalidateReads,
            long heartbeatNs,
            int heartbeatMissedMax,
            long connectTimeoutNs,
            long reconnectDelayNs,
            long reconnectJitterNs,
            int pathMtu,
            long pathWaitNs) {

        /** As this one; requests that no path takes wait so long. */
        public Plan waiting(long ns) {
            return with(heartbeatMissedMax, ns);
        }

        /** As this one, with as many heartbeats in vain before it gives a path up. */
        public Plan missing(int heartbeats) {
            return with(heartbeats, pathWaitNs);
        }

        private Plan with(int missed, long waitNs) {
            return new Plan(
                    sessionName,
                    ioConnections,
                    policy,
                    invalidateReads,
                    heartbeatNs,
                    missed,
                    connectTimeoutNs,
                    reconnectDelayNs,
                    reconnectJitterNs,
                    pathMtu,
                    waitNs);
        }

        /** How long a path may be silent before the client gives it up. */
        public long givesUpNs() {
            return heartbeatNs * (heartbeatMissedMax + 1);
        }
    }

    private static final int UNLIMITED = -1;

    private final Plan plan;
    private final List<InetAddress> addresses;
    private final List<InetAddress> servers;
    private final Consumer<Session> opened;
    private @Nullable Session session;
    private boolean closing;
    private boolean gone;
    private int attempts;

    /**
     * Starts a client that opens a session.
     *
     * @param addresses of the client, one for each path
     * @param servers where the paths lead, in the same order
     * @param opened told of the session when it is open
     */
    public ClientProcess(
            World world,
            SimNetwork network,
            Chance chance,
            String name,
            List<InetAddress> addresses,
            List<InetAddress> servers,
            Plan plan,
            Consumer<Session> opened) {
        super(world, network, chance, name, addresses, plan.pathMtu());
        this.plan = plan;
        this.addresses = addresses;
        this.servers = servers;
        this.opened = opened;
        world.after(0, name + " opens", this::open);
    }

    private SessionOptions options() throws RtrsException {
        List<PathAddress> paths = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            paths.add(PathAddress.parse("ip:" + addresses.get(i).getHostAddress() + "@ip:"
                    + servers.get(i).getHostAddress()));
        }
        return new SessionOptions(
                plan.sessionName(),
                paths,
                ServerProcess.PORT,
                Optional.of(provider()),
                plan.ioConnections(),
                plan.policy(),
                null,
                WaitStrategy.EVENTS,
                LOOPS,
                plan.invalidateReads(),
                false,
                SessionListener.NONE,
                plan.connectTimeoutNs(),
                plan.heartbeatNs(),
                plan.heartbeatMissedMax(),
                plan.reconnectDelayNs(),
                plan.reconnectJitterNs(),
                UNLIMITED,
                plan.pathWaitNs());
    }

    private void open() {
        if (closing) {
            gone = true;
            return;
        }
        attempts++;
        try {
            Opening begun = Opening.begin(options(), ambient());
            @SuppressWarnings("unused") // what it depends on tells the world
            CompletableFuture<Void> told = begun.paths()
                    .whenComplete((nothing, failure) -> world.after(0, this + " opened", () -> opened(begun, failure)));
        } catch (RtrsException e) {
            again(e.getMessage());
        }
    }

    private void opened(Opening begun, @Nullable Throwable failure) {
        if (failure == null && !closing) {
            try {
                Session made = begun.finish();
                session = made;
                opened.accept(made);
                return;
            } catch (RtrsException e) {
                world.trace().line(world.nowNs(), this + ": " + e.getMessage());
            }
        }
        begun.beginUndo(() -> again(String.valueOf(failure)));
    }

    private void again(@Nullable String why) {
        world.trace().line(world.nowNs(), this + " does not get a session: " + why);
        world.after(
                chance.spread(TimeUnit.MILLISECONDS.toNanos(200), TimeUnit.SECONDS.toNanos(5)),
                this + " opens again",
                this::open);
    }

    /** How often it has tried to open its session. */
    public int attempts() {
        return attempts;
    }

    /** Its session, if it is open. */
    public @Nullable Session session() {
        return session;
    }

    /** Paths that take requests. */
    public int connectedPaths() {
        Session open = session;
        return open == null
                ? 0
                : (int) open.paths().stream().filter(path -> path.isConnected()).count();
    }

    /** Begins to close it in order. */
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        Session open = session;
        if (open != null) {
            @SuppressWarnings("unused") // nobody waits for it
            CompletableFuture<Void> told = open.beginClose().thenRun(() -> gone = true);
        } // else its opening ends first
    }

    /** Whether it is closed, and its addresses are free. */
    public boolean isGone() {
        boolean all = gone && provider().isUnused();
        if (all) {
            end();
        }
        return all;
    }

    @Override
    public void kill() {
        super.kill();
        close();
    }
}
