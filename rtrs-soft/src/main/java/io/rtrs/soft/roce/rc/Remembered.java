package io.rtrs.soft.roce.rc;

/**
 * The peer's latest READs and atomics: what is being answered, and what may be asked for again (spec/rocev2.md 7.4).
 *
 * <p>A ring of as many as the peer may have outstanding; the newest takes the place of the oldest.
 */
final class Remembered {
    /** No entry. */
    static final int NONE = -1;

    private final int capacity;
    final boolean[] atomic;
    final long[] first;
    final long[] end;
    final long[] address;
    final int[] rkey;
    final long[] length;
    final int[] msn;

    /** What an atomic found. */
    final long[] original;

    /** The first packet of the answer being given; it stands at {@link #next}, which is {@link #stop} if there is none. */
    final long[] from;

    final long[] next;
    final long[] stop;

    /** Where the answer being given ends in memory. */
    final long[] stopAddress;

    /** Whether it was answered to its end once. */
    final boolean[] answered;

    private long added;
    private int open;

    Remembered(int capacity) {
        this.capacity = capacity;
        int n = Math.max(1, capacity);
        atomic = new boolean[n];
        first = new long[n];
        end = new long[n];
        address = new long[n];
        rkey = new int[n];
        length = new long[n];
        msn = new int[n];
        original = new long[n];
        from = new long[n];
        next = new long[n];
        stop = new long[n];
        stopAddress = new long[n];
        answered = new boolean[n];
    }

    /** Whether one more may be added: none was agreed on, or the peer has too many outstanding. */
    boolean isFull() {
        if (capacity == 0) {
            return true;
        }
        int oldest = (int) (added % capacity);
        return added >= capacity && isOpen(oldest) && !answered[oldest];
    }

    /** A READ, to be answered. */
    void addRead(long psn, int packets, int key, long at, long bytes, int messageNumber) {
        int entry = add(psn, packets, messageNumber);
        atomic[entry] = false;
        rkey[entry] = key;
        address[entry] = at;
        length[entry] = bytes;
        stopAddress[entry] = at + bytes;
    }

    /** An atomic that was executed, to be answered. */
    void addAtomic(long psn, long found, int messageNumber) {
        int entry = add(psn, 1, messageNumber);
        atomic[entry] = true;
        original[entry] = found;
    }

    private int add(long psn, int packets, int messageNumber) {
        int entry = (int) (added++ % capacity);
        if (!isOpen(entry)) {
            open++;
        }
        first[entry] = psn;
        end[entry] = psn + packets;
        msn[entry] = messageNumber;
        answered[entry] = false;
        from[entry] = psn;
        next[entry] = psn;
        stop[entry] = psn + packets;
        return entry;
    }

    private boolean isOpen(int entry) {
        return next[entry] < stop[entry];
    }

    /** Whether there is something to answer. */
    boolean hasOpen() {
        return open > 0;
    }

    /** The oldest that has to be answered, or {@link #NONE}. */
    int oldestOpen() {
        if (open == 0) {
            return NONE;
        }
        long at = Math.max(0, added - capacity);
        while (!isOpen((int) (at % capacity))) {
            at++;
        }
        return (int) (at % capacity);
    }

    /** A packet of the answer was written. */
    void advance(int entry) {
        if (++next[entry] == stop[entry]) {
            open--;
            answered[entry] = true;
        }
    }

    /** The answer is given up. */
    void abandon(int entry) {
        next[entry] = stop[entry];
        open--;
    }

    /** A READ is asked for again, or a part of it; false if it is not remembered. */
    boolean askAgain(long psn, int packets, int key, long at, long bytes, int mtu) {
        for (int entry = 0; entry < Math.min(added, capacity); entry++) {
            long skipped = (psn - first[entry]) * mtu;
            if (!atomic[entry]
                    && psn >= first[entry]
                    && psn + packets <= end[entry]
                    && rkey[entry] == key
                    && address[entry] + skipped == at
                    && bytes <= length[entry] - skipped) {
                answer(entry, psn, psn + packets);
                stopAddress[entry] = at + bytes;
                return true;
            }
        }
        return false;
    }

    /** An atomic is asked for again; false if it is not remembered. */
    boolean askAgain(long psn) {
        for (int entry = 0; entry < Math.min(added, capacity); entry++) {
            if (atomic[entry] && first[entry] == psn) {
                answer(entry, psn, psn + 1);
                return true;
            }
        }
        return false;
    }

    private void answer(int entry, long psn, long until) {
        if (!isOpen(entry)) {
            open++;
        }
        from[entry] = psn;
        next[entry] = psn;
        stop[entry] = until;
    }

    /** Nothing is answered any more. */
    void clear() {
        added = 0;
        open = 0;
        java.util.Arrays.fill(next, 0);
        java.util.Arrays.fill(stop, 0);
    }
}
