package io.rtrs.client.driver;

import io.rtrs.core.driver.ControlHandler;

import java.util.Arrays;

/**
 * The drivers of a session's paths, and of those that were removed and are not freed yet.
 *
 * <p><b>Threading:</b> the control thread changes it, any thread reads: the array is replaced as a whole.
 */
final class PathDrivers {
    private volatile PathDriver[] all = {};

    void add(PathDriver driver) {
        PathDriver[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = driver;
        all = more;
    }

    void remove(PathDriver driver) {
        all = Arrays.stream(all).filter(other -> other != driver).toArray(PathDriver[]::new);
    }

    int size() {
        return all.length;
    }

    PathDriver get(int index) {
        return all[index];
    }

    /** First all refuse, so that no request moves from one that is closed to one that is closed next. */
    void closeAll(long nowNs) {
        for (PathDriver driver : all) {
            driver.refuse();
        }
        for (PathDriver driver : all) {
            driver.close(nowNs);
        }
    }

    void onTick(long nowNs) {
        for (PathDriver driver : all) {
            driver.onTick(nowNs);
        }
    }

    /** The nearest deadline, or {@link ControlHandler#NO_DEADLINE}. */
    long nextDeadlineNs(long nowNs) {
        long nearest = ControlHandler.NO_DEADLINE;
        for (PathDriver driver : all) {
            long deadline = driver.nextDeadlineNs();
            if (deadline != ControlHandler.NO_DEADLINE
                    && (nearest == ControlHandler.NO_DEADLINE || deadline - nowNs < nearest - nowNs)) {
                nearest = deadline;
            }
        }
        return nearest;
    }
}
