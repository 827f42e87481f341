package io.rtrs.cli.load;

import org.HdrHistogram.AtomicHistogram;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a phase does. <b>Threading:</b> any thread. <b>Allocation:</b> none, but for failures. */
final class Tally {
    static final long LONGEST_NS = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Side read = new Side();
    private final Side write = new Side();
    private final LongAdder errors = new LongAdder();
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    private final @Nullable Timeline timeline;

    /** Counts, and tells a timeline if there is one. */
    Tally(@Nullable Timeline timeline) {
        this.timeline = timeline;
    }

    private static final class Side {
        final AtomicHistogram latencyNs = new AtomicHistogram(LONGEST_NS, DIGITS);
        final LongAdder operations = new LongAdder();
        final LongAdder bytes = new LongAdder();

        LoadReport.Side report() {
            return new LoadReport.Side(operations.sum(), bytes.sum(), latencyNs.copy());
        }
    }

    void succeeded(boolean reads, int length, long latencyNs) {
        Side side = reads ? read : write;
        long bounded = Math.clamp(latencyNs, 0, LONGEST_NS);
        side.latencyNs.recordValue(bounded);
        side.operations.increment();
        side.bytes.add(length);
        if (timeline != null) {
            timeline.completed(bounded);
        }
    }

    void failed(String why) {
        errors.increment();
        failure.compareAndSet(null, why);
    }

    long operations() {
        return read.operations.sum() + write.operations.sum();
    }

    long bytes() {
        return read.bytes.sum() + write.bytes.sum();
    }

    LoadReport report(long elapsedNs) {
        return new LoadReport(read.report(), write.report(), errors.sum(), failure.get(), elapsedNs);
    }
}
