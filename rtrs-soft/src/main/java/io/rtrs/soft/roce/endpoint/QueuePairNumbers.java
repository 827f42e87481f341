package io.rtrs.soft.roce.endpoint;

import java.util.HashSet;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Gives out queue pair numbers, each again only long after it was given back (spec/rocev2.md 14.5).
 *
 * <p><b>Threading:</b> any.
 */
public final class QueuePairNumbers {
    private static final int FIRST = 2; // 0 is nobody, 1 the connection manager
    private static final int MULTICAST = 0xFF_FFFF;

    private final Set<Integer> taken = new HashSet<>();
    private final IntSupplier random;

    /**
     * Numbers that nobody can guess from others.
     *
     * @param random anything; a good source, so that strangers cannot tell the next one
     */
    public QueuePairNumbers(IntSupplier random) {
        this.random = random;
    }

    /** A number of the first endpoint of an address that nobody has. */
    public int take() {
        return take(0);
    }

    /** A number that nobody has, and that {@linkplain Shards#of names} an endpoint; at most half of them are in use. */
    public synchronized int take(int shard) {
        int number;
        do {
            number = (random.getAsInt() & MULTICAST & -Shards.MAX) | shard;
        } while (number < FIRST || number == MULTICAST || !taken.add(number));
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
