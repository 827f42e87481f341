package io.rtrs.core.driver;

import com.ibm.disni.verbs.IbvContext;
import io.rtrs.core.connection.Device;
import io.rtrs.core.work.LoopMode;
import io.rtrs.core.work.LoopShare;
import io.rtrs.core.work.UserCode;
import io.rtrs.core.work.WaitStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Arrays;

/**
 * The loops of a client session or of a server: those for IO, and those for service connections, each group by itself, so that
 * heartbeats go on while a handler blocks.
 *
 * <p>The service connection of a path has a loop of its own, always: what blocks there, of which every path has one, would stop
 * the heartbeats of others. For IO a path gets loops of its own as long as the pool may have more; then it joins those that
 * serve the fewest paths.
 *
 * <p><b>Threading:</b> any thread. <b>Ownership:</b> a loop exists while a path has it.
 */
public final class LoopPool {
    private static final Logger LOG = LoggerFactory.getLogger(LoopPool.class);
    private static final Place[] NONE = {};

    /** A loop of the pool. */
    static final class Place {
        final CompletionLoop loop;
        final boolean service;
        private final IbvContext context;

        // Guarded by the pool.
        /** Paths that have it. */
        private int users = 1;

        /** So many of these have waited for it in vain, and it has not let them go since: it is stuck in a handler. */
        private int overdue;

        Place(CompletionLoop loop, boolean service, IbvContext context) {
            this.loop = loop;
            this.service = service;
            this.context = context;
        }
    }

    private final LoopShare share;
    private final WaitStrategy strategy;
    private final Ambient ambient;
    private final String name;

    // Written under the lock.
    private volatile Place[] io = NONE;
    private volatile Place[] service = NONE;
    private int made;
    private int lastVector;

    /**
     * Makes a pool without loops.
     *
     * @param strategy of the loops for IO
     * @param ambient where the loops have their time and their threads from
     * @param name what the names of its threads begin with
     */
    public LoopPool(LoopShare share, WaitStrategy strategy, Ambient ambient, String name) {
        this.share = share;
        this.strategy = strategy;
        this.ambient = ambient;
        this.name = name;
    }

    /** Who turns the loops, and how many there are. */
    public LoopShare share() {
        return share;
    }

    /** What a path with so many IO connections uses; the path closes it. */
    public PathLoops path(int ioConnections) {
        return new PathLoops(this, ioConnections);
    }

    /**
     * A loop on the device that is none of these, if possible: a new one, or for IO beyond the bound the one with the fewest
     * paths.
     */
    synchronized Place take(boolean forService, Device device, @Nullable Place[] not) {
        Place[] all = forService ? service : io;
        if (!forService && isBounded() && turning(all) >= share.most()) {
            Place least = fewest(all, device.context(), not);
            if (least != null) {
                least.users++;
                return least;
            }
        }
        String loopName = name + (forService ? "-service" : "-io") + ++made;
        CompletionLoop loop = share.mode() == LoopMode.INVOKED
                ? CompletionLoop.invoked(loopName)
                : ambient.crew().completions(strategy.of(forService), ambient.clock(), loopName);
        Place place = new Place(loop, forService, device.context());
        Place[] more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = place;
        set(forService, more);
        return place;
    }

    /** Callers who poll have no thread that drains one path while they poll another. */
    private boolean isBounded() {
        return share.mode() == LoopMode.SHARED && strategy != WaitStrategy.INVOKED;
    }

    /** A loop that is stuck counts as none: who joined it would be stuck, too. */
    private static int turning(Place[] all) {
        int count = 0;
        for (Place place : all) {
            count += place.overdue == 0 ? 1 : 0;
        }
        return count;
    }

    /** A path has waited for a loop in vain, and goes on without it; nobody joins it until {@link #caughtUp}. */
    synchronized void overdue(Place place) {
        place.overdue++;
    }

    /** The loop has let the connections of that path go, and so it turns again. */
    synchronized void caughtUp(Place place) {
        place.overdue--;
    }

    private static @Nullable Place fewest(Place[] all, IbvContext context, @Nullable Place[] not) {
        Place least = null;
        for (Place place : all) {
            if (place.context == context
                    && place.overdue == 0
                    && !Arrays.asList(not).contains(place)
                    && (least == null || place.users < least.users)) {
                least = place;
            }
        }
        return least;
    }

    /** A path needs a loop no more; the last one that does closes it. */
    synchronized void leave(Place place) {
        if (--place.users > 0) {
            return;
        }
        Place[] all = place.service ? service : io;
        set(place.service, Arrays.stream(all).filter(other -> other != place).toArray(Place[]::new));
        try {
            place.loop.close();
        } catch (Throwable e) {
            UserCode.failed(LOG, "closing the completion channel of " + place.loop, e);
        }
    }

    private void set(boolean forService, Place[] places) {
        if (forService) {
            service = places;
        } else {
            io = places;
        }
    }

    /** The completion vector for the next queue on a device. */
    synchronized int nextVector(Device device) throws IOException {
        lastVector = (lastVector + 1) % Math.max(1, device.context().getNumCompVectors());
        return lastVector;
    }

    /** Polls every loop for IO once in the caller's thread; with {@link WaitStrategy#INVOKED}, else it does nothing. */
    public int poll() {
        int count = 0;
        if (strategy == WaitStrategy.INVOKED) {
            for (Place place : io) {
                count += place.loop.poll();
            }
        }
        return count;
    }

    /**
     * Turns every loop once; with {@link LoopMode#INVOKED}.
     *
     * @param nowNs the time
     * @return whether the next turn may find more to do at the same time
     */
    public boolean turn(long nowNs) {
        boolean more = false;
        for (Place place : service) {
            more |= place.loop.turn(nowNs);
        }
        for (Place place : io) {
            more |= place.loop.turn(nowNs);
        }
        return more;
    }

    /** Whether the caller runs on one of the loops. */
    public boolean isCurrentThread() {
        return isAmong(io) || isAmong(service);
    }

    private static boolean isAmong(Place[] places) {
        for (Place place : places) {
            if (place.loop.isCurrentThread()) {
                return true;
            }
        }
        return false;
    }
}
