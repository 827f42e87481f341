package io.rtrs.verbs.softroce.rc;

/** Our READ requests and atomics that are not answered: never more than the initiator depth (spec/rocev2.md 6.4). */
final class AskedReads {
    private final long[] ends;
    private int first;
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

    /** A request was sent whose answer ends before {@code endPsn}. */
    void add(long endPsn) {
        ends[(first + count++) % ends.length] = endPsn;
    }

    /** All before {@code psn} is answered. */
    void answered(long psn) {
        while (count > 0 && ends[first] <= psn) {
            first = (first + 1) % ends.length;
            count--;
        }
    }

    /** The newest is asked again. */
    void takeBackNewest() {
        if (count > 0) {
            count--;
        }
    }

    /** All are asked again. */
    void clear() {
        count = 0;
    }
}
