package io.rtrs.cli.report;

import io.rtrs.cli.load.Timeline.Interval;
import io.rtrs.cli.text.Json;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What stands out in a timeline: intervals without an answer, with one that came very late, and with repetitions. */
final class Marks {
    /** How many times the p99 of the whole run makes a request slow. */
    static final int SLOW = 10;

    private static final String STALL = "stall";

    private Marks() {}

    /**
     * Something that stands out.
     *
     * @param startNs since the start of the load
     * @param lengthNs how long it was
     * @param kind stall, slow or repeated
     * @param text for people
     */
    record Mark(long startNs, long lengthNs, String kind, String text) {
        Json json() {
            return new Json()
                    .put("start", startNs / 1e9, 6)
                    .put("length", lengthNs / 1e9, 6)
                    .put("kind", kind)
                    .put("text", text);
        }
    }

    /** The marks in the order of time; of an interval the gravest only, and a stall of several intervals once. */
    static List<Mark> of(List<Interval> intervals, long p99Ns) {
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < intervals.size(); i++) {
            Interval interval = intervals.get(i);
            // The last interval is as short as it happens to be.
            boolean whole = i + 1 < intervals.size() || intervals.size() == 1;
            if (interval.operations() == 0 && whole) {
                addStall(marks, interval);
            } else if (interval.repeated() > 0) {
                marks.add(new Mark(
                        interval.startNs(),
                        interval.lengthNs(),
                        "repeated",
                        "sent again " + interval.repeated() + (interval.repeated() == 1 ? " time" : " times")));
            } else if (p99Ns > 0 && interval.maxNs() >= SLOW * p99Ns) {
                marks.add(new Mark(
                        interval.startNs(), interval.lengthNs(), "slow", "one request took " + ms(interval.maxNs())));
            }
        }
        return List.copyOf(marks);
    }

    private static void addStall(List<Mark> marks, Interval interval) {
        long startNs = interval.startNs();
        long lengthNs = interval.lengthNs();
        if (!marks.isEmpty()) {
            Mark last = marks.getLast();
            if (last.kind.equals(STALL) && last.startNs + last.lengthNs == startNs) {
                startNs = last.startNs;
                lengthNs += last.lengthNs;
                marks.removeLast();
            }
        }
        marks.add(new Mark(startNs, lengthNs, STALL, "nothing completed for " + ms(lengthNs)));
    }

    private static String ms(long ns) {
        return String.format(Locale.ROOT, "%.1f ms", ns / 1e6);
    }
}
