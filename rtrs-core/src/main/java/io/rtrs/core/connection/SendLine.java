package io.rtrs.core.connection;

/**
 * What waits for a credit of one send queue, in order. Who waits is a number below the bound: a permit, a chunk.
 *
 * <p>Who finds no credit joins the line by {@link #add}, and then calls {@link #next} until it returns {@link #NONE}; so does
 * whoever has returned credits. One of the two sees the other's doing, so nobody waits while there is a credit.
 *
 * <p><b>Threading:</b> any thread; the lock is of this connection, and taken only when there is no room. <b>Allocation:</b>
 * none.
 */
public final class SendLine {
    /** {@link #next}: nobody waits, or there is no credit. */
    public static final int NONE = -1;

    private final SendCredits credits;

    // A ring, guarded by this.
    private final int[] waiting;
    private int first;

    /** Written under the lock. */
    private volatile int count;

    /**
     * Makes the empty line.
     *
     * @param most how many can wait; each at most once at a time
     */
    public SendLine(SendCredits credits, int most) {
        this.credits = credits;
        this.waiting = new int[most];
    }

    /** Takes a credit; false if there is none, or others wait for one. */
    public boolean tryTake() {
        return count == 0 && credits.tryTake();
    }

    /** Joins the line. */
    public synchronized void add(int waiter) {
        int now = count;
        waiting[(first + now) % waiting.length] = waiter;
        count = now + 1;
    }

    /** The first in line, who leaves it and has a credit now; or {@link #NONE}. */
    public int next() {
        while (count > 0 && credits.tryTake()) {
            int waiter = remove();
            if (waiter != NONE) {
                return waiter;
            }
            giveBack();
        }
        return NONE;
    }

    /** Gives back the credit of one who does not need it; {@link #next} has to follow. */
    public void giveBack() {
        credits.giveBack();
    }

    private synchronized int remove() {
        int now = count;
        if (now == 0) {
            return NONE;
        }
        int waiter = waiting[first];
        first = first + 1 == waiting.length ? 0 : first + 1;
        count = now - 1;
        return waiter;
    }
}
