package io.rtrs.cli.load;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * What a load did in each short interval.
 *
 * <p>Intervals are a tenth of a second at first, and become longer in a long run, so that their number stays small.
 *
 * <p><b>Threading:</b> {@link #completed} from any thread, several at once, without waiting; everything else one thread.
 * <b>Allocation:</b> none in {@link #completed}.
 */
public final class Timeline {
    private static final long SHORTEST_NS = 100_000_000L;
    private static final int AT_FIRST = 600;
    private static final int THEN = 300;
    private static final int DIGITS = 3;

    private final Recorder recorder = new Recorder(Tally.LONGEST_NS, DIGITS);
    private final List<Interval> intervals = new ArrayList<>();
    private @Nullable Histogram spare;
    private long startNs;
    private long lastNs;
    private long lastBytes;
    private long lastRepeated;
    private long lengthNs = SHORTEST_NS;
    private int untilLonger = AT_FIRST;

    /** Starts when the load does. */
    public Timeline() {}

    /**
     * One of them.
     *
     * @param startNs since the start of the load
     * @param lengthNs how long it was
     * @param operations requests that completed in it
     * @param bytes their data
     * @param p50Ns the median of their latencies, 0 if there are none
     * @param p99Ns of a hundred, the slowest but one
     * @param maxNs the slowest
     * @param repeated times that a connection sent something again
     */
    public record Interval(
            long startNs,
            long lengthNs,
            long operations,
            long bytes,
            long p50Ns,
            long p99Ns,
            long maxNs,
            long repeated) {}

    /** The intervals until now. */
    public List<Interval> intervals() {
        return List.copyOf(intervals);
    }

    void completed(long latencyNs) {
        recorder.recordValue(latencyNs);
    }

    void start(long nowNs, long repeated) {
        startNs = nowNs;
        lastNs = nowNs;
        lastRepeated = repeated;
    }

    /** Ends the interval if it is long enough. */
    void look(long bytes, long repeated, long nowNs) {
        if (nowNs - lastNs >= lengthNs) {
            end(bytes, repeated, nowNs);
        }
    }

    /** Ends the interval. */
    void end(long bytes, long repeated, long nowNs) {
        Histogram latencies = recorder.getIntervalHistogram(spare);
        spare = latencies;
        boolean any = latencies.getTotalCount() > 0;
        intervals.add(new Interval(
                lastNs - startNs,
                Math.max(1, nowNs - lastNs),
                latencies.getTotalCount(),
                bytes - lastBytes,
                any ? latencies.getValueAtPercentile(50) : 0,
                any ? latencies.getValueAtPercentile(99) : 0,
                any ? latencies.getMaxValue() : 0,
                Math.max(0, repeated - lastRepeated)));
        lastNs = nowNs;
        lastBytes = bytes;
        lastRepeated = repeated;
        if (--untilLonger == 0) {
            untilLonger = THEN;
            lengthNs *= 2;
        }
    }
}
