package io.rtrs.sim.world;

import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * The actors of one process. What happens inside of it happens at once; what it does to others takes the network, and so time.
 * A group where nothing is to be done sleeps.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class Group {
    /** So many rounds in which nobody does anything, since who does something may not say so. */
    private static final int QUIET_ROUNDS = 2;

    private final World world;
    private final LongSupplier arrivals;
    private Actor[] actors = {};
    private int count;
    private int quiet;
    private boolean over;

    Group(World world, LongSupplier arrivals) {
        this.world = world;
        this.arrivals = arrivals;
    }

    /** One more actor. */
    public Actor add(String name, LongPredicate turn, LongSupplier deadline) {
        Actor actor = new Actor(name, world.nextIndex(), turn, deadline);
        if (count == actors.length) {
            Actor[] more = new Actor[Math.max(16, 2 * count)];
            System.arraycopy(actors, 0, more, 0, count);
            actors = more;
        }
        actors[count++] = actor;
        quiet = 0;
        return actor;
    }

    /** Something was done to it from outside. */
    public void wake() {
        quiet = 0;
    }

    /** Nothing of it needs a turn any more. */
    public void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** One of its actors, for who wants to hold it up. */
    public Actor any(Chance chance) {
        return actors[chance.nextInt(count)];
    }

    /** The one of that name. */
    public Actor named(String name) {
        for (int i = 0; i < count; i++) {
            if (actors[i].toString().equals(name)) {
                return actors[i];
            }
        }
        throw new IllegalArgumentException(name + ": there is none here");
    }

    /** Wakes it if something is due. */
    void look(long nowNs) {
        if (arrivals.getAsLong() <= nowNs) {
            quiet = 0;
            return;
        }
        for (int i = 0; i < count; i++) {
            if (actors[i].nextDeadlineNs() <= nowNs) {
                quiet = 0;
                return;
            }
        }
    }

    /** Whether there may be something to do. */
    boolean isAwake() {
        return quiet < QUIET_ROUNDS;
    }

    /** All take a turn. */
    void round(Chance chance, long nowNs) {
        shuffle(chance);
        boolean worked = false;
        int before = count;
        for (int i = 0; i < before; i++) {
            Actor actor = actors[i];
            if (!actor.isOver() && !actor.isHeld(nowNs)) {
                worked |= world.turn(actor);
            }
        }
        forget();
        quiet = worked ? 0 : quiet + 1;
    }

    private void shuffle(Chance chance) {
        for (int i = count - 1; i > 0; i--) {
            int j = chance.nextInt(i + 1);
            Actor other = actors[i];
            actors[i] = actors[j];
            actors[j] = other;
        }
    }

    private void forget() {
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (!actors[i].isOver()) {
                actors[left++] = actors[i];
            }
        }
        for (int i = left; i < count; i++) {
            actors[i] = null;
        }
        count = left;
    }

    /** When something happens to it next. */
    long next(long nowNs) {
        // What has arrived already waits for an actor that is held up.
        long at = arrivals.getAsLong();
        long next = at > nowNs ? at : Actor.NO_DEADLINE;
        for (int i = 0; i < count; i++) {
            next = Math.min(next, actors[i].nextDeadlineNs());
        }
        return next;
    }

    /** Who is due, for messages. */
    String due(long nowNs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            if (actors[i].nextDeadlineNs() <= nowNs) {
                text.append(actors[i]).append(' ');
            }
        }
        return text.toString();
    }
}
