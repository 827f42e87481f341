package io.rtrs.soft.roce.endpoint;

/**
 * The counters of one endpoint.
 *
 * <p><b>Threading:</b> written by the drive owner; others see values that may be old.
 */
public final class EndpointCounters {
    private final long[] values = new long[EndpointCounter.values().length];

    EndpointCounters() {}

    @SuppressWarnings("EnumOrdinal") // an array that nobody outside sees
    void add(EndpointCounter counter) {
        values[counter.ordinal()]++;
    }

    @SuppressWarnings("EnumOrdinal")
    void add(EndpointCounter counter, long more) {
        values[counter.ordinal()] += more;
    }

    /** A counter's value. */
    @SuppressWarnings("EnumOrdinal")
    public long get(EndpointCounter counter) {
        return values[counter.ordinal()];
    }
}
