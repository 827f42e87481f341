package io.rtrs.client.driver;

import io.rtrs.client.path.Path;
import io.rtrs.client.request.CarrierTable;
import io.rtrs.client.request.ParkedRequests;
import io.rtrs.client.request.PathLimits;
import io.rtrs.client.request.Request;
import io.rtrs.client.session.Dispatch;
import io.rtrs.core.error.Errno;
import io.rtrs.core.state.ClientPathState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Lets requests that no path takes wait for one, if the session was opened so; see {@link
 * io.rtrs.client.RtrsClient.Builder#pathWait}.
 *
 * <p>Whatever is parked is given to paths by the control thread: when a path is up, and once more when it was parked by
 * another thread, which may have looked before that path was up.
 *
 * <p><b>Threading:</b> {@link #park} and what counts on any thread; the rest is the control thread's.
 */
public final class PathWait implements CarrierTable.Mover {
    private static final Logger LOG = LoggerFactory.getLogger(PathWait.class);

    private final String name;
    private final Dispatch dispatch;
    private final ParkedRequests parked;
    private final PathOwner session;

    /** People know that what waits waits in vain. */
    private boolean told;

    PathWait(String name, Dispatch dispatch, long boundNs, PathOwner session) {
        this.name = name;
        this.dispatch = dispatch;
        this.parked = new ParkedRequests(boundNs, () -> session.control().execute(this::give));
        this.session = session;
    }

    /** Parks a request that no path has taken; waits for nothing. As {@link ParkedRequests#park}. */
    public int park(Request request, MemorySegment userHeader, PathLimits limits) {
        return parked.park(request, userHeader, limits, session.nowNs());
    }

    /** Moves a request to another path, or parks it. */
    @Override
    public int move(Request request, MemorySegment userHeader) {
        int result = dispatch.move(request, userHeader);
        if (result != -Errno.ECONNABORTED) {
            return result;
        }
        int refusal = parked.parkAgain(request, userHeader, session.nowNs());
        return refusal != 0 ? refusal : WAITS;
    }

    /** A path may be up: gives it what is parked. */
    void give() {
        if (!dispatch.isConnected()) {
            tellIfInVain();
            return;
        }
        told = false;
        if (!parked.isEmpty()) {
            callBack(parked.give(dispatch::resume));
        }
    }

    /** Tells people, once until a path is up, if something waits and no path comes back by itself. */
    void tellIfInVain() {
        if (told || parked.isEmpty() || dispatch.paths().stream().anyMatch(PathWait::comesBack)) {
            return;
        }
        told = true;
        LOG.warn(
                "session {}: requests wait for a path, but none comes back by itself; they fail when their time is"
                        + " over, unless somebody reconnects or adds one",
                name);
    }

    private static boolean comesBack(Path path) {
        ClientPathState state = path.state();
        return state != ClientPathState.CLOSED && state != ClientPathState.DEAD;
    }

    /** Fails what has waited long enough. */
    void onTick(long nowNs) {
        callBack(parked.expire(nowNs));
    }

    /** Fails all that waits; nothing waits any more. */
    void close() {
        callBack(parked.close());
    }

    /** How many requests wait; any thread. */
    public int waiting() {
        return parked.size();
    }

    /** What became of those that have waited so far; any thread. */
    public ParkedRequests.Counts counts() {
        return parked.counts();
    }

    /** Whether something waits. */
    boolean isAnyParked() {
        return !parked.isEmpty();
    }

    /** When something has waited long enough, or NO_DEADLINE. */
    long nextDeadlineNs() {
        return parked.nextDeadlineNs();
    }

    private void callBack(List<Request> due) {
        if (!due.isEmpty()) {
            session.callBack(due, () -> {});
        }
    }
}
