package io.rtrs.soft.roce.rc;

/**
 * Our READ requests and atomics that are not answered: never more than the initiator depth (spec/rocev2.md 6.4).
 *
 * <p>What is asked again ends where it did the first time: peers answer a request that they remember, or its rest, and
 * nothing that goes beyond it (spec/rocev2.md 7.4).
 */
final class AskedReads {
    /** There is no such request. */
    static final long NONE = -1;

    private final long[] ends;
    private int first;

    /** Were sent. */
    private int known;

    /** Of those, the oldest so many do not wait to be sent again. */
    private int count;

    AskedReads(int depth) {
        ends = new long[depth];
    }

    int depth() {
        return ends.length;
    }

    boolean isFull() {
        return count == ends.length;
    }

    private long end(int index) {
        return ends[(first + index) % ends.length];
    }

    /** Where the request ends that must be sent again before any new one, or {@link #NONE}. */
    long again() {
        return count < known ? end(count) : NONE;
    }

    /** Where the oldest ends, whose answer comes first, or {@link #NONE}. */
    long oldest() {
        return known > 0 ? end(0) : NONE;
    }

    /** Where the newest of those ends that do not wait to be sent again, or {@link #NONE}. */
    long newest() {
        return count > 0 ? end(count - 1) : NONE;
    }

    /** A request was sent whose answer ends before {@code endPsn}: a new one, or that of {@link #again}. */
    void add(long endPsn) {
        ends[(first + count++) % ends.length] = endPsn;
        known = Math.max(known, count);
    }

    /** All before {@code psn} is answered. */
    void answered(long psn) {
        while (known > 0 && end(0) <= psn) {
            first = (first + 1) % ends.length;
            known--;
            count = Math.max(0, count - 1);
        }
    }

    /** The newest is sent again. */
    void againNewest() {
        if (count > 0) {
            count--;
        }
    }

    /** All are sent again. */
    void againAll() {
        count = 0;
    }
}
