package io.rtrs.sim.world;

import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * What a thread would do elsewhere: a loop that is turned, or a link that is driven. It may be held up for a while, as a
 * thread is that does not get the processor.
 *
 * <p><b>Threading:</b> the world's thread.
 */
public final class Actor {
    /** {@link #nextDeadlineNs}: there is none. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    private final String name;
    private final int index;
    private final LongPredicate turn;
    private final LongSupplier deadline;
    private long heldUntilNs;
    private boolean held;
    private boolean late;
    private boolean over;

    Actor(String name, int index, LongPredicate turn, LongSupplier deadline) {
        this.name = name;
        this.index = index;
        this.turn = turn;
        this.deadline = deadline;
    }

    /** It does nothing any more. */
    public void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    int index() {
        return index;
    }

    /** It does nothing until that time. */
    public void holdUntil(long timeNs) {
        held = true;
        heldUntilNs = timeNs;
    }

    boolean isHeld(long nowNs) {
        return held && heldUntilNs - nowNs > 0;
    }

    /** Whether it was held up before the turn that it takes. */
    public boolean isLate() {
        return late;
    }

    /** Whether it did something. */
    boolean turn(long nowNs) {
        late = held;
        held = false;
        return turn.test(nowNs);
    }

    /** When it has something to do without being given it, or {@link #NO_DEADLINE}; who was held up looks what has come. */
    long nextDeadlineNs() {
        return held ? heldUntilNs : deadline.getAsLong();
    }

    @Override
    public String toString() {
        return name;
    }
}
