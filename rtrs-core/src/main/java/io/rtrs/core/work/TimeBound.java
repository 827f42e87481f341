package io.rtrs.core.work;

import java.time.Duration;

/** Which times a session or a server can be given: more than a day is a typing error, and much more no number of nanoseconds. */
public final class TimeBound {
    private static final Duration LONGEST = Duration.ofDays(1);

    private TimeBound() {}

    /** Whether it can be an interval, or a patience: more than 0, up to a day. */
    public static boolean isTime(Duration duration) {
        return duration.isPositive() && duration.compareTo(LONGEST) <= 0;
    }

    /** Whether it can be a pause: 0 to a day. */
    public static boolean isPause(Duration duration) {
        return duration.isZero() || isTime(duration);
    }
}
