package io.rtrs.soft.iwarp.stream;

/**
 * Our reads and atomics that are not answered, oldest first: never more than the peer accepts, but for the read that
 * begins a connection (spec/iwarp.md 11).
 */
final class ReadsOutstanding {
    /** There is none. */
    static final int NONE = -1;

    /** {@link #sequence}: the read that begins a connection. */
    static final long RTR = -1;

    private final int depth;

    // By index.
    private final long[] sequences;
    private final int[] names;
    private final int[] msns;
    private final long[] lengths;
    private final long[] received;
    private final boolean[] atomic;
    private final boolean[] answered;
    private int first;
    private int count;

    /** Without the one that begins a connection. */
    private int outstanding;

    private int lastName;

    ReadsOutstanding(int depth) {
        this.depth = depth;
        int room = depth + 1;
        sequences = new long[room];
        names = new int[room];
        msns = new int[room];
        lengths = new long[room];
        received = new long[room];
        atomic = new boolean[room];
        answered = new boolean[room];
    }

    int depth() {
        return depth;
    }

    boolean isFull() {
        return outstanding == depth || count == sequences.length;
    }

    /** The name of the next one: the key that its answer carries, or the identifier. It tells nothing of our memory, and is not 0. */
    int nextName() {
        return lastName + 1 == 0 ? 1 : lastName + 1;
    }

    /** The one called {@link #nextName} is asked for. */
    void add(long sequence, boolean isAtomic, int msn, long length) {
        int at = (first + count++) % sequences.length;
        lastName = nextName();
        sequences[at] = sequence;
        names[at] = lastName;
        msns[at] = msn;
        lengths[at] = length;
        received[at] = 0;
        atomic[at] = isAtomic;
        answered[at] = false;
        outstanding += sequence == RTR ? 0 : 1;
    }

    /** The index of the oldest read, or atomic, or {@link #NONE}. */
    int oldest(boolean isAtomic) {
        for (int i = 0; i < count; i++) {
            int at = (first + i) % sequences.length;
            if (!answered[at] && atomic[at] == isAtomic) {
                return at;
            }
        }
        return NONE;
    }

    /** The work request that a request of ours was for, or of the oldest if none has this number; else {@link #RTR}. */
    long named(int msn) {
        long oldest = RTR;
        for (int i = count - 1; i >= 0; i--) {
            int at = (first + i) % sequences.length;
            if (!answered[at] && sequences[at] != RTR) {
                oldest = sequences[at];
                if (msns[at] == msn) {
                    return oldest;
                }
            }
        }
        return oldest;
    }

    long sequence(int index) {
        return sequences[index];
    }

    int name(int index) {
        return names[index];
    }

    long length(int index) {
        return lengths[index];
    }

    /** Bytes of the answer that are placed. */
    long received(int index) {
        return received[index];
    }

    void placed(int index, long bytes) {
        received[index] += bytes;
    }

    /** Its answer is complete. */
    void answer(int index) {
        answered[index] = true;
        outstanding -= sequences[index] == RTR ? 0 : 1;
        while (count > 0 && answered[first]) {
            first = (first + 1) % sequences.length;
            count--;
        }
    }
}
