package io.rtrs.client.session;

import io.rtrs.client.ClientPath;
import io.rtrs.client.MultipathPolicy;
import io.rtrs.client.PathSelector;
import io.rtrs.client.request.PermitSlot;
import io.rtrs.core.stats.PathCounter;
import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * In which order a request tries the paths of its session; those that are not connected are skipped (spec/rtrs.md 9).
 *
 * <p><b>Threading:</b> any; what belongs to a request is in its permit. <b>Allocation:</b> none.
 */
interface PathPolicy {
    /** No path is left. */
    int NONE = -1;

    /** Permit by permit, each path after the other. */
    PathPolicy ROUND_ROBIN = new PathPolicy() {
        @Override
        public String name() {
            return "round-robin";
        }

        @Override
        public int first(List<? extends ClientPath> paths, PermitSlot permit) {
            int count = paths.size();
            return count == 1 ? 0 : Math.floorMod(permit.id() + permit.nextTurn(), count);
        }

        @Override
        public int after(List<? extends ClientPath> paths, PermitSlot permit, int failed) {
            return failed + 1 == paths.size() ? 0 : failed + 1;
        }
    };

    /** The connected path with the fewest requests under way; the counters are striped, so a moment's estimate. */
    PathPolicy MIN_INFLIGHT = new Least() {
        @Override
        public String name() {
            return "min-inflight";
        }

        @Override
        long cost(ClientPath path) {
            return path.counter(PathCounter.IN_FLIGHT);
        }
    };

    /** The connected path whose last heartbeat was answered the fastest; 0 before the first answer. */
    PathPolicy MIN_LATENCY = new Least() {
        @Override
        public String name() {
            return "min-latency";
        }

        @Override
        long cost(ClientPath path) {
            return path.heartbeatLatencyNs();
        }
    };

    /** What the options stand for: a selector, if there is one, else the policy. */
    static PathPolicy of(MultipathPolicy option, @Nullable PathSelector selector) {
        return selector == null ? of(option) : new UserPolicy(selector);
    }

    /** What an option stands for. */
    static PathPolicy of(MultipathPolicy option) {
        return switch (option) {
            case ROUND_ROBIN -> ROUND_ROBIN;
            case MIN_INFLIGHT -> MIN_INFLIGHT;
            case MIN_LATENCY -> MIN_LATENCY;
        };
    }

    /** What it is called, for people. */
    String name();

    /** The path to try first, or {@link #NONE}; there is at least one. */
    int first(List<? extends ClientPath> paths, PermitSlot permit);

    /**
     * The path to try when another could not take the request, or {@link #NONE}. The caller tries no more often than there
     * are paths.
     */
    int after(List<? extends ClientPath> paths, PermitSlot permit, int failed);

    /** Chooses the connected path that costs least, of equals the earliest, and none twice for a request. */
    abstract class Least implements PathPolicy {
        /** What it costs to take the path. */
        abstract long cost(ClientPath path);

        @Override
        public int first(List<? extends ClientPath> paths, PermitSlot permit) {
            permit.forgetTried();
            return paths.size() == 1 ? 0 : least(paths, permit);
        }

        @Override
        public int after(List<? extends ClientPath> paths, PermitSlot permit, int failed) {
            permit.markTried(failed);
            return least(paths, permit);
        }

        private int least(List<? extends ClientPath> paths, PermitSlot permit) {
            int best = NONE;
            long bestCost = 0;
            for (int i = 0; i < paths.size(); i++) {
                ClientPath path = paths.get(i);
                if (path.isConnected() && !permit.hasTried(i)) {
                    long cost = cost(path);
                    if (best == NONE || cost < bestCost) {
                        best = i;
                        bestCost = cost;
                    }
                }
            }
            return best;
        }
    }
}
