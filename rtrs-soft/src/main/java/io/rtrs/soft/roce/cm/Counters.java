package io.rtrs.soft.roce.cm;

/** The counters of one manager. */
final class Counters {
    private final long[] values = new long[CmCounter.values().length];

    @SuppressWarnings("EnumOrdinal") // an array that nobody outside sees
    void add(CmCounter counter) {
        values[counter.ordinal()]++;
    }

    @SuppressWarnings("EnumOrdinal")
    long get(CmCounter counter) {
        return values[counter.ordinal()];
    }
}
