package io.rtrs.soft.roce.driver;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who sleeps on the socket of a drive: one leader at a time, and behind him a line of those who want to. A leader who leaves
 * hands the socket over at once to the first of the line, and if there is none to the reserve.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none, once the line has been as long as it becomes.
 */
final class Lead {
    /** Who may lead. */
    @FunctionalInterface
    interface Candidate {
        /**
         * The lead is free, and the candidate is the first who may take it: wakes him. Called without any lock.
         *
         * @return whether he slept or waited, and was woken
         */
        boolean chosen();
    }

    /** Ends the leader's sleep. */
    private final Runnable wakeLeader;

    private final ArrayDeque<Candidate> line = new ArrayDeque<>();
    private @Nullable Candidate reserve;
    private boolean yields;
    private final AtomicLong handOvers = new AtomicLong();

    // Written under the monitor.
    private volatile @Nullable Candidate leader;
    private volatile boolean wanted;

    Lead(Runnable wakeLeader) {
        this.wakeLeader = wakeLeader;
    }

    /** Who is told when a leader leaves and nobody is in line. */
    synchronized void reserve(Candidate last) {
        reserve = last;
    }

    /** Whether somebody leads. */
    boolean isTaken() {
        return leader != null;
    }

    /** Whether somebody is in line. */
    boolean isWanted() {
        return wanted;
    }

    /** Becomes the leader if nobody is and nobody wants to; he should leave as soon as somebody {@linkplain #isWanted does}. */
    synchronized boolean takeUnwanted(Candidate self) {
        if (leader != null || wanted) {
            return false;
        }
        leader = self;
        yields = true;
        return true;
    }

    /** Becomes the leader if nobody is, else lines up; a leader who yields is woken. */
    boolean takeOrLineUp(Candidate self) {
        boolean yielding;
        synchronized (this) {
            if (leader == null) {
                forget(self);
                leader = self;
                yields = false;
                return true;
            }
            enter(self);
            yielding = yields;
        }
        if (yielding) {
            wakeLeader.run();
        }
        return false;
    }

    /** Lines up, although the lead may be free: for who knows that others drive, and looks himself after a while. */
    synchronized void lineUp(Candidate self) {
        enter(self);
    }

    private void enter(Candidate self) {
        if (!line.contains(self)) {
            line.addLast(self);
            wanted = true;
        }
    }

    private void forget(Candidate self) {
        if (wanted && line.remove(self)) {
            wanted = !line.isEmpty();
        }
    }

    /** The leader leaves. */
    void leave() {
        Candidate next;
        synchronized (this) {
            leader = null;
            next = first();
        }
        choose(next);
    }

    private @Nullable Candidate first() {
        return wanted ? line.peekFirst() : reserve;
    }

    private void choose(@Nullable Candidate next) {
        if (next != null && next.chosen()) {
            handOvers.incrementAndGet();
        }
    }

    /** How often somebody was chosen, and woken. */
    long handOvers() {
        return handOvers.get();
    }

    /** Who may be in line does not want to lead any more; if he was chosen, the next one is. */
    void leaveLine(Candidate self) {
        Candidate next;
        synchronized (this) {
            boolean wasFirst = line.peekFirst() == self;
            forget(self);
            next = wasFirst && leader == null ? first() : null;
        }
        choose(next);
    }
}
