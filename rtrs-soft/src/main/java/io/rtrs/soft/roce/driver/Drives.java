package io.rtrs.soft.roce.driver;

import io.rtrs.soft.completion.CompletionQueue;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * The drives of the queue pairs that report to one place.
 *
 * <p><b>Threading:</b> any. <b>Allocation:</b> none in {@link #receive} and {@link #first}.
 */
final class Drives {
    private static final Drive[] NONE = {};

    private volatile Drive[] all = NONE;
    private int[] counts = {};

    /** One more queue pair of the drive. */
    synchronized void add(Drive drive) {
        Drive[] now = all;
        int at = Arrays.asList(now).indexOf(drive);
        if (at < 0) {
            counts = Arrays.copyOf(counts, now.length + 1);
            counts[now.length] = 1;
            Drive[] more = Arrays.copyOf(now, now.length + 1);
            more[now.length] = drive;
            all = more;
        } else {
            counts[at]++;
        }
    }

    /** One queue pair of the drive less. */
    synchronized void remove(Drive drive) {
        Drive[] now = all;
        int at = Arrays.asList(now).indexOf(drive);
        if (at < 0 || --counts[at] != 0) {
            return;
        }
        int last = now.length - 1;
        Drive[] fewer = Arrays.copyOf(now, last);
        int[] left = Arrays.copyOf(counts, last);
        if (at < last) {
            fewer[at] = now[last];
            left[at] = counts[last];
        }
        counts = left;
        all = fewer;
    }

    /** Whether a queue pair of the drive is among them. */
    boolean has(Drive drive) {
        return Arrays.asList(all).contains(drive);
    }

    /** Any one of them, always the same while it is there. */
    @Nullable
    Drive first() {
        Drive[] now = all;
        return now.length == 0 ? null : now[0];
    }

    /** Lets all take what has arrived. */
    void receive() {
        for (Drive drive : all) {
            drive.receive();
        }
    }

    /** Lets all take what has arrived for who polls this queue. */
    void receive(CompletionQueue polled) {
        for (Drive drive : all) {
            drive.receive(polled);
        }
    }
}
