package io.rtrs.sim.process;

import io.rtrs.core.driver.Ambient;
import io.rtrs.core.driver.CompletionLoop;
import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.driver.ControlLoop;
import io.rtrs.core.driver.Crew;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.WaitStrategy;
import io.rtrs.sim.net.SimHost;
import io.rtrs.sim.net.SimNetwork;
import io.rtrs.sim.world.Actor;
import io.rtrs.sim.world.Chance;
import io.rtrs.sim.world.Group;
import io.rtrs.sim.world.World;
import io.rtrs.soft.roce.driver.SoftRoceProvider;
import io.rtrs.verbs.VerbsProvider;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * A process of a world: a provider of its own, and loops that the world turns. One that is killed says nothing to anybody any
 * more; it goes on behind the scenes only to give its memory back.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public abstract class SimProcess {
    /** How long a task of a thread of its own takes to begin at the most. */
    private static final long THREAD_START_NS = 100_000;

    private static final String CONTROL = "control";

    /** Each connection by itself: the more is in seeded order. */
    static final LoopShare LOOPS = new LoopShare(LoopMode.OWN_THREAD, 1, Integer.MAX_VALUE);

    final World world;
    final Chance chance;
    private final String name;
    private final SimHost host;
    private final SoftRoceProvider provider;
    private final Ambient ambient;
    private final Group group;
    private boolean killed;

    // What its loops have done, and how often one of them found something that others had been before.
    private long controlTurns;
    private long completionTurns;
    private long lateControl;
    private long lateCompletions;

    SimProcess(World world, SimNetwork network, Chance chance, String name, List<InetAddress> addresses, int pathMtu) {
        this.world = world;
        this.chance = chance;
        this.name = name;
        this.host = new SimHost(network, addresses, pathMtu);
        this.group = world.group(host::nextArrivalNs);
        this.provider = new SoftRoceProvider(host, io.rtrs.soft.Ambient.invoked(world::nowNs, chance.fork()));
        InstantSource wall = () -> Instant.ofEpochSecond(0, world.nowNs());
        this.ambient = new Ambient(world::nowNs, wall, this::uuid, chance.fork(), new SimCrew());
        add(
                "provider",
                now -> {
                    long before = network.delivered();
                    return provider.turn() || network.delivered() != before;
                },
                provider::nextDeadlineNs);
    }

    private UUID uuid() {
        return new UUID(chance.nextLong(), chance.nextLong());
    }

    private Actor add(String what, LongPredicate turn, LongSupplier deadline) {
        return group.add(name + " " + what, turn, deadline);
    }

    /** Runs a task of this process after a time. */
    public void after(long delayNs, String what, Runnable task) {
        world.after(group, delayNs, what, task);
    }

    /** Its verbs. */
    public SoftRoceProvider provider() {
        return provider;
    }

    Ambient ambient() {
        return ambient;
    }

    /** Whether it was killed. */
    public boolean isKilled() {
        return killed;
    }

    /** Kills it: from this moment on nothing of it is seen. */
    public void kill() {
        killed = true;
        host.kill();
        world.trace().line(world.nowNs(), name + " is killed");
    }

    /** Nothing of it needs a turn any more. */
    void end() {
        group.end();
    }

    /** One of its loops does not get the processor for so long. */
    public void holdUp(long ns) {
        group.any(chance).holdUntil(world.nowNs() + ns);
    }

    /** The loop that does what connections and time bring about does not get it: it has to wait for the processor. */
    public void holdUpControl(long ns) {
        group.named(name + " " + CONTROL).holdUntil(world.nowNs() + ns);
    }

    /** How often its control loop got events later than a loop of completions got what came after them. */
    public long lateControl() {
        return lateControl;
    }

    /** How often a loop of completions got them later than the control loop got what came after them. */
    public long lateCompletions() {
        return lateCompletions;
    }

    @Override
    public String toString() {
        return name;
    }

    /** The world turns all loops. */
    private final class SimCrew implements Crew {
        @Override
        public ControlLoop control(VerbsProvider verbs, ControlHandler handler, Ambient from, String what)
                throws IOException {
            ControlLoop loop = ControlLoop.invoked(verbs, handler, from, what);
            ControlActor made = new ControlActor(loop);
            made.actor = add(CONTROL, made::turn, () -> {
                long deadline = handler.nextDeadlineNs();
                return deadline == ControlHandler.NO_DEADLINE ? Actor.NO_DEADLINE : deadline;
            });
            return loop;
        }

        @Override
        public CompletionLoop completions(WaitStrategy strategy, LongSupplier clock, String what) {
            CompletionLoop loop = CompletionLoop.invoked(what);
            LoopActor made = new LoopActor(loop);
            made.actor = add(what, made::turn, () -> Actor.NO_DEADLINE);
            return loop;
        }

        @Override
        public void run(Runnable task, String what) {
            after(chance.between(0, THREAD_START_NS), what, task);
        }
    }

    /** Turns a control loop. */
    private final class ControlActor {
        private final ControlLoop loop;
        private Actor actor;
        private long seen;

        @SuppressWarnings("NullAway") // set before anything is turned
        ControlActor(ControlLoop loop) {
            this.loop = loop;
        }

        boolean turn(long nowNs) {
            boolean worked = loop.turn(nowNs);
            if (worked) {
                controlTurns++;
                lateControl += actor.isLate() && completionTurns > seen ? 1 : 0;
            }
            seen = completionTurns;
            return worked;
        }
    }

    /** Turns a loop of completions until it is closed. */
    private final class LoopActor {
        private final CompletionLoop loop;
        private Actor actor;
        private long seen;

        @SuppressWarnings("NullAway") // set before anything is turned
        LoopActor(CompletionLoop loop) {
            this.loop = loop;
        }

        boolean turn(long nowNs) {
            if (loop.isClosed()) {
                actor.end();
                return false;
            }
            boolean worked = loop.turn(nowNs);
            if (worked) {
                completionTurns++;
                lateCompletions += actor.isLate() && controlTurns > seen ? 1 : 0;
            }
            seen = controlTurns;
            return worked;
        }
    }
}
