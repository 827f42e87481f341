package io.rtrs.sim.swarm;

import io.rtrs.client.request.ParkedRequests;
import io.rtrs.server.FencePolicy;
import io.rtrs.sim.checker.Rule;
import io.rtrs.sim.log.WorldLog;
import io.rtrs.sim.net.NetFault;
import io.rtrs.sim.net.Weather;
import io.rtrs.sim.process.SimProcess;
import io.rtrs.sim.scene.Plan;
import io.rtrs.sim.scene.Scene;
import io.rtrs.sim.workload.DiskHandler;
import io.rtrs.sim.workload.Load;
import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.Trace;
import io.rtrs.sim.world.WorldException;
import org.slf4j.event.Level;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A world of which everything comes from a seed: what client and server are like, what they do, and what befalls them. When
 * the troubles are over, all must become well.
 *
 * <p><b>Threading:</b> one thread for each.
 */
public final class RandomWorld {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** How likely a world knows a kind of trouble at all. */
    private static final double KNOWN = 0.35;

    /** How many worlds know none. */
    private static final double PEACEFUL = 0.1;

    private static final int TROUBLES_MAX = 12;

    /** How many worlds have an operator. */
    private static final double OPERATED = 0.2;

    /** How many of those whose fence is strict: he is who brings ghosts there that nothing else would stop. */
    private static final double OPERATED_STRICT = 0.8;

    /**
     * What delays a request that is on its way, while others go on. Where that is, an operator's disconnect may leave a ghost
     * behind that only a strict fence stops (docs/decisions/0010): so he is not there without one.
     */
    private static final Set<Trouble> DELAYS = EnumSet.of(Trouble.STALL, Trouble.LOOP_HELD, Trouble.LOOPS_JITTER);

    /** Kinds that are not events, but last. */
    private static final Set<Trouble> LASTING = EnumSet.of(Trouble.LOOPS_JITTER, Trouble.HANDLER_SLOW);

    // As docs/operating.md has them.
    private static final Pattern PATH_UP = Pattern.compile("path .* is up: .*");
    private static final Pattern PATH_BROKEN = Pattern.compile("path .* is broken: .*");

    private final Chance chance;
    private final Scene scene;
    private final Plan plan;
    private final Load.Plan load;
    private final long lengthNs;
    private final Map<Trouble, Long> troubles = new EnumMap<>(Trouble.class);
    private final Map<String, Long> errors = new TreeMap<>();
    private final Map<String, Long> warnings = new TreeMap<>();
    private final Set<Trouble> known = EnumSet.noneOf(Trouble.class);
    private final Operator operator;

    /** From the client to the server, where there is an operator. */
    private final long latencyNs;

    /** What was not a trouble, but came of them. */
    private final Map<String, Long> counts = new TreeMap<>();

    private RandomWorld(long seed, Trace trace) {
        this.chance = new Chance(seed);
        Plan drawn = Plan.random(chance.fork());
        this.lengthNs = chance.spread(2 * SECOND, 200 * SECOND);
        int users = chance.between(1, drawn.server().queueDepth() + 1);
        int requests = (int) chance.spread(10, 250);
        long evenly = lengthNs * users / requests;
        // Most have something under way whenever trouble comes; some are done before.
        long longest = chance.hits(0.7) ? chance.spread(4 * evenly, 40 * evenly) : chance.spread(MILLI, 4 * evenly);
        long think = Math.clamp(longest, 2 * MILLI, 60 * SECOND);
        this.load = new Load.Plan(
                users,
                requests,
                chance.oneOf(0.3, 0.5, 0.9),
                chance.oneOf(0.0, 0.05, 0.2),
                chance.oneOf(0.0, 0.1),
                think);
        double likely = chance.hits(PEACEFUL) ? 0 : KNOWN;
        for (Trouble kind : Trouble.values()) {
            if (kind != Trouble.OPERATOR && chance.hits(likely)) {
                known.add(kind);
            }
        }
        // By a stream of its own, so that worlds without him stay what they were.
        Chance operators = new Chance(~seed);
        if (likely > 0 && operators.hits(isStrict(drawn) ? OPERATED_STRICT : OPERATED)) {
            if (isStrict(drawn)) {
                known.add(Trouble.STALL);
            } else {
                known.removeAll(DELAYS);
            }
            known.add(Trouble.OPERATOR);
        }
        this.plan = known.contains(Trouble.HANDLER_SLOW)
                ? drawn
                : drawn.with(new DiskHandler.Plan(0, 1, 1, drawn.handler().fails()));
        this.scene = new Scene(plan, chance.fork(), trace);
        this.operator = new Operator(scene, plan.paths(), operators);
        this.latencyNs = operators.spread(1_000, 5 * MILLI);
    }

    /**
     * Plays the world of a seed.
     *
     * @param trace gets what happens
     */
    public static Outcome play(long seed, Trace trace) {
        RandomWorld world = new RandomWorld(seed, trace);
        WorldLog.listen(world::onLine);
        try {
            world.play();
        } catch (WorldException e) {
            world.scene.verdict().broken(Rule.LIVENESS, String.valueOf(e.getMessage()));
        } finally {
            WorldLog.listen(null);
        }
        return world.outcome(seed);
    }

    private static boolean isStrict(Plan plan) {
        return plan.server().fence() == FencePolicy.STRICT;
    }

    /** Whether what was sent first has to arrive first, by whatever path: there is an operator, and the fence does not see to it. */
    private boolean isOrdered() {
        return known.contains(Trouble.OPERATOR) && !isStrict(plan);
    }

    private void onLine(Level level, String logger, String text, @org.jspecify.annotations.Nullable Throwable thrown) {
        scene.world().trace().line(scene.world().nowNs(), level + " " + text + (thrown == null ? "" : " " + thrown));
        if (PATH_UP.matcher(text).matches()) {
            counts.merge("paths that came up", 1L, Long::sum);
        } else if (PATH_BROKEN.matcher(text).matches()) {
            counts.merge("paths that broke", 1L, Long::sum);
        }
        String kind = text.replaceAll("[0-9a-f-]*[0-9][0-9a-f.:@-]*", "#") + (thrown == null ? "" : " " + thrown);
        if (level == Level.ERROR) {
            errors.merge(kind, 1L, Long::sum);
        } else if (level == Level.WARN) {
            warnings.merge(kind, 1L, Long::sum);
        }
    }

    private void play() {
        boolean operated = known.contains(Trouble.OPERATOR);
        for (int path = 0; path < plan.paths(); path++) {
            // All are the same where a replay must not overtake what it replaces.
            scene.network()
                    .latency(
                            scene.clientAddress(path),
                            scene.serverAddress(path),
                            isOrdered() ? latencyNs : chance.spread(1_000, 5 * MILLI));
            scene.network()
                    .latency(scene.serverAddress(path), scene.clientAddress(path), chance.spread(1_000, 5 * MILLI));
        }
        if (known.contains(Trouble.LOOPS_JITTER)) {
            count(Trouble.LOOPS_JITTER);
            scene.world().holdUp(chance.oneOf(0.001, 0.01, 0.1), chance.spread(10_000, 100 * MILLI));
        }
        scene.startServer();
        scene.startClient(load);
        Set<Trouble> events = EnumSet.copyOf(known);
        events.removeAll(LASTING);
        if (!events.isEmpty()) {
            Trouble[] kinds = events.toArray(new Trouble[0]);
            int many = chance.between(1, TROUBLES_MAX);
            for (int i = 0; i < many; i++) {
                Trouble kind = kinds[chance.nextInt(kinds.length)];
                scene.world().after(chance.between(0, lengthNs), kind.toString(), () -> trouble(kind));
            }
        }
        if (scene.pass(lengthNs)) {
            if (known.isEmpty()) {
                scene.expectPeace();
            }
            if (operated) {
                settleWithOperator();
            } else {
                scene.settle();
            }
        }
        counts.put("strict fences", isStrict(plan) ? 1L : 0);
        operator.granted().forEach((wish, count) -> counts.merge("operator's " + wish, count, Long::sum));
        counts.put("control loops overtaken by completions", scene.lateControl());
        counts.put("completions overtaken by control loops", scene.lateCompletions());
        ParkedRequests.Counts waits = scene.waits();
        counts.put("requests parked for want of a path", waits.parked());
        counts.put("parked requests given to a path", waits.given());
        counts.put("parked requests whose time was over", waits.expired());
        if (known.contains(Trouble.HANDLER_SLOW)) {
            troubles.merge(Trouble.HANDLER_SLOW, scene.slowed(), Long::sum);
        }
    }

    private void settleWithOperator() {
        if (!scene.await("is the operator answered", Scene.PATIENCE_NS, operator::isAnswered)) {
            return;
        }
        operator.restore();
        scene.settle();
        if (!operator.isAnswered()) {
            scene.verdict().broken(Rule.LIVENESS, "the operator was not answered though the session is closed");
        }
    }

    private void count(Trouble kind) {
        troubles.merge(kind, 1L, Long::sum);
    }

    private long left() {
        return Math.max(1, lengthNs - scene.world().nowNs());
    }

    private void trouble(Trouble kind) {
        count(kind);
        scene.world().trace().line(scene.world().nowNs(), "TROUBLE " + kind);
        switch (kind) {
            case WEATHER -> scene.network().weather(weather());
            case ONE_WAY_CUT -> cut(chance.nextInt(plan.paths()), chance.oneOf(1, 2), duration(90 * SECOND));
            case STALL -> {
                int path = chance.nextInt(plan.paths());
                long untilNs = scene.world().nowNs() + duration(60 * SECOND);
                if (known.contains(Trouble.OPERATOR) && isStrict(plan) && chance.hits(0.8)) {
                    keepAGoodbye(path);
                } else if (chance.nextBoolean()) {
                    // Long enough for the client to go on by another path: what arrives after that is a ghost.
                    long ns =
                            (long) (chance.oneOf(1.1, 1.5, 2.5) * plan.client().givesUpNs());
                    untilNs = scene.world().nowNs() + Math.min(left(), ns);
                    scene.network().stall(scene.clientAddress(path), scene.serverAddress(path), untilNs);
                } else if (chance.nextBoolean()) {
                    scene.network().stall(scene.clientAddress(path), scene.serverAddress(path), untilNs);
                } else {
                    scene.network().stall(scene.serverAddress(path), scene.clientAddress(path), untilNs);
                }
            }
            case CUT -> cut(chance.nextInt(plan.paths()), 3, duration(90 * SECOND));
            case ALL_CUT -> {
                long ns = duration(90 * SECOND);
                for (int path = 0; path < plan.paths(); path++) {
                    cut(path, 3, ns);
                }
            }
            case FLAPS -> {
                int path = chance.nextInt(plan.paths());
                long period = chance.spread(MILLI, 10 * SECOND);
                int many = chance.between(2, 10);
                for (int i = 0; i < many; i++) {
                    scene.world().after(2L * i * period, "flap", () -> cut(path, 3, Math.min(period, left())));
                }
            }
            case SERVER_KILLED -> {
                if (scene.hasServer()) {
                    scene.killServer();
                    scene.world().after(chance.spread(MILLI, 40 * SECOND), "restart", scene::startServer);
                }
            }
            case CLIENT_KILLED -> {
                if (scene.hasClient()) {
                    scene.killClient();
                    scene.world().after(chance.spread(MILLI, 40 * SECOND), "restart", () -> scene.startClient(load));
                }
            }
            case LOOP_HELD -> {
                SimProcess one = chance.nextBoolean() ? scene.serverOrNull() : scene.clientOrNull();
                if (one != null) {
                    one.holdUp(chance.spread(MILLI, 40 * SECOND));
                }
            }
            case OPERATOR -> operator.act();
            case LOOPS_JITTER, HANDLER_SLOW -> throw new IllegalStateException(kind + " lasts");
        }
    }

    /** The way to the server keeps its packets; meanwhile the path is disconnected, and the goodbye is kept as well. */
    private void keepAGoodbye(int path) {
        long ns = duration(chance.spread(100 * MILLI, 10 * SECOND));
        scene.network()
                .stall(
                        scene.clientAddress(path),
                        scene.serverAddress(path),
                        scene.world().nowNs() + ns);
        scene.world().after(chance.spread(1, ns), "operator", () -> operator.disconnect(path));
    }

    private long duration(long mostNs) {
        return Math.min(left(), chance.spread(MILLI, mostNs));
    }

    /** Bit 0 of the ways: from the client to the server; bit 1: back. */
    private void cut(int path, int ways, long ns) {
        setCut(path, ways, true);
        scene.world().after(ns, "mend", () -> setCut(path, ways, false));
    }

    private void setCut(int path, int ways, boolean isCut) {
        scene.world().trace().line(scene.world().nowNs(), (isCut ? "cut " : "mended ") + path + " ways " + ways);
        if ((ways & 1) != 0) {
            scene.network().cut(scene.clientAddress(path), scene.serverAddress(path), isCut);
        }
        if ((ways & 2) != 0) {
            scene.network().cut(scene.serverAddress(path), scene.clientAddress(path), isCut);
        }
    }

    private Weather weather() {
        return chance.hits(0.2)
                ? Weather.FINE
                : new Weather(
                        chance.hits(0.6) ? chance.spread(1, 1000) / 10_000.0 : 0,
                        chance.hits(0.4) ? chance.spread(1, 1000) / 10_000.0 : 0,
                        chance.hits(isOrdered() ? 0 : 0.6) ? chance.spread(1, 3000) / 10_000.0 : 0,
                        chance.spread(1_000, 400 * MILLI),
                        chance.hits(0.3) ? chance.spread(1, 300) / 10_000.0 : 0);
    }

    private Outcome outcome(long seed) {
        return new Outcome(
                seed,
                scene.verdict().rule(),
                scene.verdict().toString(),
                scene.world().trace().hash(),
                scene.world().trace().events(),
                scene.world().nowNs(),
                scene.world().turns(),
                scene.ledger().done(),
                scene.ledger().failed(),
                scene.network().sent(),
                Map.copyOf(troubles),
                scene.network().faults(),
                new TreeMap<>(counts),
                new TreeMap<>(errors),
                new TreeMap<>(warnings));
    }

    /**
     * What came of a seed.
     *
     * @param broken the first rule that was broken, or null
     * @param verdict in words
     * @param hash of the trace
     * @param counts what else happened, counted
     * @param errors what was logged as an error, without its numbers
     * @param warnings what was logged as a warning, without its numbers
     */
    public record Outcome(
            long seed,
            @org.jspecify.annotations.Nullable Rule broken,
            String verdict,
            long hash,
            long events,
            long timeNs,
            long turns,
            long done,
            long failed,
            long packets,
            Map<Trouble, Long> troubles,
            Map<NetFault, Long> faults,
            Map<String, Long> counts,
            Map<String, Long> errors,
            Map<String, Long> warnings) {}
}
