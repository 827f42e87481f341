package io.rtrs.verbs.softroce.endpoint;

import java.util.HashSet;
import java.util.Set;

/**
 * Gives out queue pair numbers, each again only long after it was given back (spec/rocev2.md 14.5).
 *
 * <p><b>Threading:</b> any.
 */
public final class QueuePairNumbers {
    private static final int FIRST = 2; // 0 is nobody, 1 the connection manager
    private static final int MULTICAST = 0xFF_FFFF;

    private final Set<Integer> taken = new HashSet<>();
    private int next;

    /**
     * Numbers from {@code start} on.
     *
     * @param start anything; random, so that a process does not repeat those of the one before it
     */
    public QueuePairNumbers(int start) {
        next = start & MULTICAST;
    }

    /** A number that nobody has. */
    public synchronized int take() {
        while (next < FIRST || next == MULTICAST || taken.contains(next)) {
            next = (next + 1) & MULTICAST;
        }
        int number = next;
        next = (next + 1) & MULTICAST;
        taken.add(number);
        return number;
    }

    /** The number may be given out again, in the course of time. */
    public synchronized void giveBack(int number) {
        taken.remove(number);
    }

    /** Numbers given out. */
    public synchronized int taken() {
        return taken.size();
    }
}
