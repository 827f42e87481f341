package io.rtrs.sim.scene;

import io.rtrs.client.request.ParkedRequests;
import io.rtrs.client.session.Session;
import io.rtrs.sim.checker.BufferWatch;
import io.rtrs.sim.checker.Disk;
import io.rtrs.sim.checker.KeyWatch;
import io.rtrs.sim.checker.Ledger;
import io.rtrs.sim.checker.Rule;
import io.rtrs.sim.checker.Verdict;
import io.rtrs.sim.net.SimNetwork;
import io.rtrs.sim.process.ClientProcess;
import io.rtrs.sim.process.ServerProcess;
import io.rtrs.sim.process.SimProcess;
import io.rtrs.sim.workload.Content;
import io.rtrs.sim.workload.DiskHandler;
import io.rtrs.sim.workload.Load;
import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.Trace;
import io.rtrs.sim.world.World;
import io.rtrs.sim.world.WorldException;
import io.rtrs.verbs.LiveObjects;
import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One server and one client, each with an address on every network, and who watches them. Both can be killed and started
 * again; the disk stays.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class Scene {
    /** How long things may take when nothing is in their way any more. */
    public static final long PATIENCE_NS = TimeUnit.MINUTES.toNanos(10);

    /** How long a request may wait while a path is up: no time, but a control loop has its turn in between. */
    private static final long GIVE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int SERVER = 1;
    private static final int CLIENT = 2;

    private final Plan plan;
    private final Chance chance;
    private final World world;
    private final SimNetwork network;
    private final Verdict verdict;
    private final KeyWatch keys;
    private final Disk disk;
    private final Ledger ledger;
    private final List<InetAddress> serverAddresses = new ArrayList<>();
    private final List<InetAddress> clientAddresses = new ArrayList<>();
    private final List<SimProcess> zombies = new ArrayList<>();
    private @Nullable ServerProcess server;
    private @Nullable DiskHandler handler;
    private @Nullable ClientProcess client;
    private @Nullable Load load;
    private int starts;
    private long slowedBefore;
    private boolean finishing;

    /** A scene, before anybody is there. */
    public Scene(Plan plan, Chance chance, Trace trace) {
        this.plan = plan;
        this.chance = chance;
        this.world = new World(chance.fork(), trace);
        this.network = new SimNetwork(world, chance.fork(), plan.sealed());
        this.verdict = new Verdict(world);
        this.keys = new KeyWatch(verdict);
        network.listen(keys);
        network.listen(new BufferWatch(verdict, Content::rests));
        this.disk = new Disk(plan.blocks(), plan.blockSize());
        this.ledger = new Ledger(verdict, disk);
        for (int i = 1; i <= plan.paths(); i++) {
            serverAddresses.add(network.address(i, SERVER));
            clientAddresses.add(network.address(i, CLIENT));
        }
    }

    // ---- who is there

    /** The world. */
    public World world() {
        return world;
    }

    /** The network. */
    public SimNetwork network() {
        return network;
    }

    /** The verdict. */
    public Verdict verdict() {
        return verdict;
    }

    /** The books. */
    public Ledger ledger() {
        return ledger;
    }

    /** The disk. */
    public Disk disk() {
        return disk;
    }

    /** The server. */
    public ServerProcess server() {
        return need(server);
    }

    /** The handler of the server. */
    public DiskHandler handler() {
        return need(handler);
    }

    /** The client. */
    public ClientProcess client() {
        return need(client);
    }

    /** What the client does, if its session is open. */
    public @Nullable Load load() {
        return load;
    }

    /** Whether there is a server at the moment. */
    public boolean hasServer() {
        return server != null;
    }

    /** Whether there is a client at the moment. */
    public boolean hasClient() {
        return client != null;
    }

    /** The server, if there is one at the moment. */
    public @Nullable SimProcess serverOrNull() {
        return server;
    }

    /** The client, if there is one at the moment. */
    public @Nullable SimProcess clientOrNull() {
        return client;
    }

    /** Operations that handlers answered late. */
    public long slowed() {
        return slowedBefore + (handler == null ? 0 : handler.slowed());
    }

    /** How often control loops were overtaken by loops of completions, in all processes so far. */
    public long lateControl() {
        return processes().stream().mapToLong(SimProcess::lateControl).sum();
    }

    /** How often loops of completions were overtaken by control loops. */
    public long lateCompletions() {
        return processes().stream().mapToLong(SimProcess::lateCompletions).sum();
    }

    /** What became of requests that waited for a path, of all sessions so far. */
    public ParkedRequests.Counts waits() {
        long parked = 0;
        long given = 0;
        long expired = 0;
        for (SimProcess process : processes()) {
            Session session = process instanceof ClientProcess at ? at.session() : null;
            if (session != null) {
                ParkedRequests.Counts counts = session.waits();
                parked += counts.parked();
                given += counts.given();
                expired += counts.expired();
            }
        }
        return new ParkedRequests.Counts(parked, given, expired);
    }

    private List<SimProcess> processes() {
        List<SimProcess> all = new ArrayList<>(zombies);
        if (server != null) {
            all.add(server);
        }
        if (client != null) {
            all.add(client);
        }
        return all;
    }

    private static <T> T need(@Nullable T what) {
        if (what == null) {
            throw new IllegalStateException("it is not there");
        }
        return what;
    }

    /** The server's address on a network, from 0. */
    public InetAddress serverAddress(int path) {
        return serverAddresses.get(path);
    }

    /** The client's address on a network, from 0. */
    public InetAddress clientAddress(int path) {
        return clientAddresses.get(path);
    }

    // ---- who comes and goes

    /** Starts a server, also after one was killed. */
    public void startServer() {
        String name = "server" + ++starts;
        DiskHandler disks = new DiskHandler(
                world,
                chance.fork(),
                disk,
                ledger,
                verdict,
                plan.server().alwaysInvalidate() ? keys : null,
                plan.handler());
        ServerProcess process =
                new ServerProcess(world, network, chance.fork(), name, serverAddresses, plan.server(), disks);
        disks.attach(process);
        slowedBefore = slowed();
        server = process;
        handler = disks;
        world.trace().line(world.nowNs(), name + " starts");
    }

    /** Starts a client, also after one was killed. Its load begins when its session is open. */
    public void startClient(Load.Plan wanted) {
        String name = "client" + ++starts;
        ClientProcess[] made = {null};
        ClientProcess process = new ClientProcess(
                world,
                network,
                chance.fork(),
                name,
                clientAddresses,
                serverAddresses,
                plan.client(),
                session -> load =
                        new Load(world, chance.fork(), session, disk, ledger, verdict, readKeys(), wanted, made[0]));
        made[0] = process;
        client = process;
        world.trace().line(world.nowNs(), name + " starts");
    }

    /** Kills the server; {@link #startServer} may follow at once. */
    public void killServer() {
        ServerProcess process = server();
        process.kill();
        zombies.add(process);
        server = null;
    }

    /** Kills the client; {@link #startClient} may follow at once. */
    public void killClient() {
        ClientProcess process = client();
        process.kill();
        Load under = load;
        if (under != null) {
            under.abandon();
        }
        load = null;
        zombies.add(process);
        client = null;
    }

    // ---- time

    /** Lets time pass until something holds; if it does not within the time, or a rule is broken before, that is it. */
    public boolean await(String what, long limitNs, BooleanSupplier holds) {
        boolean held = world.runUntil(() -> verdict.isBroken() || holds.getAsBoolean(), limitNs);
        if (!held) {
            verdict.broken(Rule.LIVENESS, "after " + limitNs / 1_000_000_000 + " s " + what + " still not: " + state());
        }
        return !verdict.isBroken();
    }

    /** Lets time pass, unless a rule is broken. */
    public boolean pass(long ns) {
        world.runUntil(verdict::isBroken, ns);
        return !verdict.isBroken();
    }

    private String state() {
        StringBuilder text = new StringBuilder();
        ClientProcess at = client;
        if (at != null && at.session() != null) {
            Session open = at.session();
            open.paths()
                    .forEach(path -> text.append(path.name())
                            .append(' ')
                            .append(path.state())
                            .append(' ')
                            .append(path.lastError().map(Throwable::getMessage).orElse(""))
                            .append("; "));
            text.append(open.freePermits()).append(" permits free; ");
        }
        if (server != null) {
            text.append("server closed ")
                    .append(server.driver().isClosed())
                    .append(", verbs unused ")
                    .append(server.provider().isUnused())
                    .append(' ')
                    .append(server.provider().liveObjects())
                    .append(server.driver().sessions())
                    .append(server.provider().counters())
                    .append("; ");
            server.driver()
                    .sessions()
                    .forEach(session -> session.pathList()
                            .forEach(path -> text.append(path)
                                    .append(' ')
                                    .append(path.state())
                                    .append("; ")));
        }
        return text.append("open ").append(ledger).toString();
    }

    // ---- the end

    /** All paths of the client are up, at both ends. */
    public boolean isWhole() {
        ClientProcess at = client;
        ServerProcess to = server;
        return at != null && to != null && at.connectedPaths() == plan.paths() && to.connectedPaths() == plan.paths();
    }

    /** Whether no request waits for a path while one is up. */
    private boolean isNothingWaitingInVain() {
        ClientProcess at = client;
        Session open = at == null ? null : at.session();
        return open == null || open.waiting() == 0 || !open.isConnected();
    }

    /** Whether nobody has asked for anything that is not answered. */
    public boolean isCalm() {
        Load now = load;
        return now != null && now.isOver() && ledger.open() == 0;
    }

    /** Nobody has disturbed anything so far: so nothing may have broken. */
    public void expectPeace() {
        Session session = client().session();
        if (session == null) {
            verdict.broken(Rule.PEACE, "the session is not open");
            return;
        }
        session.paths()
                .forEach(path -> path.lastError()
                        .ifPresent(why ->
                                verdict.broken(Rule.PEACE, "path " + path.name() + " broke: " + why.getMessage())));
    }

    /** Heals the network, and asks of everybody what is asked of the living: to go on, to come to an end, to leave nothing. */
    public void settle() {
        settle(false);
    }

    /** As {@link #settle}, but the load is finished first. */
    public void finish() {
        settle(true);
    }

    private void settle(boolean wholeLoad) {
        finishing = wholeLoad;
        try {
            trySettle();
        } catch (WorldException e) {
            verdict.broken(Rule.LIVENESS, String.valueOf(e.getMessage()));
        }
    }

    private void trySettle() {
        network.heal();
        world.holdUp(0, 1);
        if (!await("is every path up", PATIENCE_NS, this::isWhole)) {
            return;
        }
        // Also what is given back at its bound is answered, so that alone would not tell that a path was there for it.
        if (!isNothingWaitingInVain() // where nothing waits, no turn more is taken
                && !await("is what waits for a path given to one", GIVE_NS, this::isNothingWaitingInVain)) {
            return;
        }
        stopLoad();
        if (!await("is all answered", PATIENCE_NS, this::isCalm)) {
            return;
        }
        readAll();
        if (!await("is all read", PATIENCE_NS, this::isCalm)) {
            return;
        }
        Session session = client().session();
        if (session == null || session.freePermits() != plan.server().queueDepth()) {
            verdict.broken(
                    Rule.PERMITS,
                    "of " + plan.server().queueDepth() + " permits are free: "
                            + (session == null ? 0 : session.freePermits()));
            return;
        }
        client().close();
        if (!await("is the client closed", PATIENCE_NS, client()::isGone)) {
            return;
        }
        server().close();
        if (!await("is the server closed", PATIENCE_NS, server()::isGone)) {
            return;
        }
        leaves(client());
        leaves(server());
        buryZombies();
    }

    private @Nullable KeyWatch readKeys() {
        return plan.client().invalidateReads() ? keys : null;
    }

    private void stopLoad() {
        Load now = load;
        if (now != null && !finishing) {
            now.stop();
        }
    }

    /** Every block is read, since what is on the disk is what counts. */
    private void readAll() {
        Session session = client().session();
        ClientProcess reader = client();
        if (session != null) {
            Load.Plan reads = new Load.Plan(2, 3 * plan.blocks(), 0, 0, 0, 1_000_000);
            load = new Load(world, chance.fork(), session, disk, ledger, verdict, readKeys(), reads, reader);
        }
    }

    private void buryZombies() {
        for (SimProcess zombie : zombies) {
            boolean gone = world.runUntil(
                    () -> zombie instanceof ServerProcess old ? old.isGone() : ((ClientProcess) zombie).isGone(),
                    PATIENCE_NS);
            if (gone) {
                leaves(zombie);
            } else {
                verdict.broken(Rule.LIVENESS, zombie + ", whose network is gone, does not come to an end");
            }
        }
    }

    private void leaves(SimProcess process) {
        LiveObjects left = process.provider().liveObjects();
        if (left.total() != 0) {
            verdict.broken(Rule.NO_LEAK, process + " leaves " + left);
        }
    }
}
