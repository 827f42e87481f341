package io.rtrs.client.driver;

import io.rtrs.core.driver.ControlHandler;
import io.rtrs.core.work.UserCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The drivers of a session's paths, and of those that were removed and are not freed yet.
 *
 * <p><b>Threading:</b> the control thread changes it, any thread reads: the array is replaced as a whole.
 */
final class PathDrivers {
    private static final Logger LOG = LoggerFactory.getLogger(PathDrivers.class);

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
        each("refusing requests", PathDriver::refuse);
        each("closing", driver -> driver.close(nowNs));
    }

    void onTick(long nowNs) {
        each("the tick", driver -> driver.onTick(nowNs));
    }

    /** One that fails keeps no other from its turn. */
    private void each(String what, Consumer<PathDriver> step) {
        for (PathDriver driver : all) {
            try {
                step.accept(driver);
            } catch (Throwable e) {
                UserCode.failed(LOG, "path " + driver.path() + ": " + what, e);
            }
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
