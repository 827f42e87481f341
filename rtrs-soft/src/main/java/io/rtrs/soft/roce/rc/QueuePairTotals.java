package io.rtrs.soft.roce.rc;

import io.rtrs.verbs.Counter.Kind;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * What many queue pairs counted, those that are destroyed among them.
 *
 * <p><b>Threading:</b> the drive owner's.
 */
public final class QueuePairTotals {
    private final long[] values = new long[QueuePairCounter.values().length];

    /** Nothing yet. */
    public QueuePairTotals() {
        Arrays.fill(values, QueuePairCounter.UNKNOWN);
    }

    /** Adds what a queue pair counted, and how it is now. */
    public void add(Counters counters) {
        for (QueuePairCounter counter : QueuePairCounter.values()) {
            add(counter, counter.of(counters));
        }
    }

    /** Adds what a queue pair counted that is destroyed: it is in no state any more. */
    public void addDestroyed(Counters counters) {
        for (QueuePairCounter counter : QueuePairCounter.values()) {
            if (counter.kind() == Kind.TOTAL) {
                add(counter, counter.of(counters));
            }
        }
    }

    /** Adds others. */
    @SuppressWarnings("EnumOrdinal") // an array that nobody outside sees
    public void add(QueuePairTotals more) {
        for (QueuePairCounter counter : QueuePairCounter.values()) {
            add(counter, more.values[counter.ordinal()]);
        }
    }

    @SuppressWarnings("EnumOrdinal")
    private void add(QueuePairCounter counter, long value) {
        long before = values[counter.ordinal()];
        if (value != QueuePairCounter.UNKNOWN) {
            values[counter.ordinal()] =
                    before == QueuePairCounter.UNKNOWN ? value : counter.kind().join(before, value);
        }
    }

    /** A counter of all of them; empty if it was not measured yet. */
    @SuppressWarnings("EnumOrdinal")
    public OptionalLong get(QueuePairCounter counter) {
        long value = values[counter.ordinal()];
        if (value != QueuePairCounter.UNKNOWN) {
            return OptionalLong.of(value);
        }
        return counter.kind() == Kind.TOTAL ? OptionalLong.of(0) : OptionalLong.empty();
    }
}
