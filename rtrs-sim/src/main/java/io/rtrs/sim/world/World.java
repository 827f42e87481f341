package io.rtrs.sim.world;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A world in one thread, with a clock that jumps. At each instant all {@linkplain Actor actors} of the {@linkplain Group groups}
 * that are awake take turns, in an order that chance decides, until none has anything left to do; then the clock moves to what
 * happens next.
 *
 * <p>Everything comes from the seed: the same seed has the same {@link Trace}.
 *
 * <p><b>Threading:</b> one thread.
 */
public final class World {
    /** More turns of all actors at one instant mean that two of them keep each other busy for ever. */
    private static final int ROUNDS_MAX = 20_000;

    /** An actor whose deadline is now and who does nothing is asked again after this time. */
    private static final long STUCK_NS = 1_000;

    private static final int STUCK_MAX = 100_000;

    private record Due(long timeNs, long order, String what, Runnable task) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(timeNs, other.timeNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final Chance chance;
    private final Trace trace;
    private final PriorityQueue<Due> tasks = new PriorityQueue<>();
    private final List<Group> groups = new ArrayList<>();
    private int lastIndex;
    private long nowNs;
    private long order;
    private long turns;
    private int stuck;

    /** How likely an actor is held up after a turn in which it did something, and for how long. */
    private double holds;

    private long holdMaxNs = 1;

    /** A world at time 0. */
    public World(Chance chance, Trace trace) {
        this.chance = chance;
        this.trace = trace;
    }

    /** What happened. */
    public Trace trace() {
        return trace;
    }

    /** The clock. */
    public long nowNs() {
        return nowNs;
    }

    /** Turns that were taken. */
    public long turns() {
        return turns;
    }

    /** From now on an actor is held up with this probability after a turn in which it did something. */
    public void holdUp(double probability, long mostNs) {
        holds = probability;
        holdMaxNs = Math.max(1, mostNs);
    }

    /**
     * One more group.
     *
     * @param arrivals when the next packet comes for it, or {@link Actor#NO_DEADLINE}
     */
    public Group group(LongSupplier arrivals) {
        Group made = new Group(this, arrivals);
        groups.add(made);
        return made;
    }

    int nextIndex() {
        return ++lastIndex;
    }

    /** Runs a task after a time; it may do something to any group. */
    public void after(long delayNs, String what, Runnable task) {
        tasks.add(new Due(nowNs + Math.max(0, delayNs), order++, what, () -> {
            wakeAll();
            task.run();
        }));
    }

    /** As {@link #after(long, String, Runnable)}, with a task that does something to one group alone. */
    public void after(Group group, long delayNs, String what, Runnable task) {
        tasks.add(new Due(nowNs + Math.max(0, delayNs), order++, what, () -> {
            group.wake();
            task.run();
        }));
    }

    private void wakeAll() {
        for (int i = 0; i < groups.size(); i++) {
            groups.get(i).wake();
        }
    }

    /**
     * Lets time pass until something holds, at most so long.
     *
     * @return whether it holds
     */
    public boolean runUntil(BooleanSupplier holds, long limitNs) {
        long untilNs = nowNs + limitNs;
        wakeAll(); // whoever calls may have done something to any of them
        while (true) {
            instant();
            if (holds.getAsBoolean()) {
                return true;
            }
            long next = next();
            if (next > untilNs) {
                nowNs = untilNs;
                return false;
            }
            if (next <= nowNs) {
                if (++stuck > STUCK_MAX) {
                    throw new WorldException(
                            "at " + nowNs + " ns something is always due, and nothing is done: " + whoIsDue());
                }
                next = nowNs + STUCK_NS;
            } else {
                stuck = Math.max(0, stuck - 1);
            }
            nowNs = next;
            for (int i = 0; i < groups.size(); i++) {
                groups.get(i).look(nowNs);
            }
        }
    }

    private String whoIsDue() {
        StringBuilder text = new StringBuilder();
        groups.forEach(group -> text.append(group.due(nowNs)));
        return text.toString();
    }

    private void instant() {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            if (!round()) {
                return;
            }
        }
        throw new WorldException("at " + nowNs + " ns there is no end of things to do");
    }

    private boolean round() {
        while (!tasks.isEmpty() && tasks.element().timeNs <= nowNs) {
            Due due = tasks.remove();
            trace.note(1, nowNs, due.order, 0);
            due.task.run();
        }
        boolean awake = false;
        for (int i = 0; i < groups.size(); i++) {
            Group group = groups.get(i);
            if (group.isAwake()) {
                group.round(chance, nowNs);
                awake |= group.isAwake();
            }
        }
        groups.removeIf(Group::isOver);
        return awake || (!tasks.isEmpty() && tasks.element().timeNs <= nowNs);
    }

    /** Whether it did something. */
    boolean turn(Actor actor) {
        turns++;
        if (!actor.turn(nowNs)) {
            return false;
        }
        trace.note(2, nowNs, actor.index(), 0);
        if (chance.hits(holds)) {
            actor.holdUntil(nowNs + chance.spread(1, holdMaxNs));
        }
        return true;
    }

    private long next() {
        long next = tasks.isEmpty() ? Actor.NO_DEADLINE : tasks.element().timeNs;
        for (int i = 0; i < groups.size(); i++) {
            next = Math.min(next, groups.get(i).next(nowNs));
        }
        return next;
    }
}
