package io.rtrs.core.driver;

import io.rtrs.core.connection.ConnectionQueue;
import io.rtrs.core.connection.ConnectionSizes;
import io.rtrs.core.connection.Device;
import io.rtrs.core.work.UserCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The loops and completion queues of one path, or of one attempt to establish it.
 *
 * <p>The service connection has a loop and a queue to itself; the IO connections take turns in those for IO. Connections of a
 * loop share a queue. A queue has room for those that are still to come, but no more than there are already, or eight:
 * who announces many connections and does not bring them costs little.
 *
 * <p><b>Threading:</b> the path's control thread. <b>Ownership:</b> closed by the path after its connections.
 */
public final class PathLoops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PathLoops.class);

    /** Connections that a queue has room for, if so many are to come. */
    private static final int LEAST = 8;

    private final LoopPool pool;
    private final int ioConnections;

    /** The first is the service connection's. */
    private final LoopPool.@Nullable Place[] places;

    private final @Nullable ConnectionQueue[] last;
    private final int[] came;

    /** Room in the last queue. */
    private final int[] left;

    /** Loops that the path has gone on without. */
    private final boolean[] overdue;

    private final List<ConnectionQueue> queues = new ArrayList<>();

    PathLoops(LoopPool pool, int ioConnections) {
        this.pool = pool;
        this.ioConnections = ioConnections;
        int loops = 1 + pool.share().of(ioConnections);
        this.places = new LoopPool.Place[loops];
        this.last = new ConnectionQueue[loops];
        this.came = new int[loops];
        this.left = new int[loops];
        this.overdue = new boolean[loops];
    }

    private int index(int cid) {
        return cid == 0 ? 0 : 1 + (cid - 1) % (places.length - 1);
    }

    /** The completion queue for a connection that is made next; of the loop {@link #loop}. */
    public ConnectionQueue queue(Device device, int cid, ConnectionSizes sizes) throws IOException {
        int index = index(cid);
        LoopPool.Place place = places[index];
        if (place == null) {
            place = pool.take(cid == 0, device, places);
            places[index] = place;
        }
        ConnectionQueue queue = last[index];
        if (queue == null || left[index] == 0) {
            int toCome = (cid == 0 ? 1 : connectionsOf(index)) - came[index];
            int room = Math.min(toCome, Math.max(LEAST, came[index]));
            queue = place.loop.queue(device, sizes, room, pool.nextVector(device));
            queues.add(queue);
            last[index] = queue;
            left[index] = queue.room();
        }
        came[index]++;
        left[index]--;
        return queue;
    }

    private int connectionsOf(int index) {
        int loops = places.length - 1;
        return ioConnections / loops + (index <= ioConnections % loops ? 1 : 0);
    }

    /** The loop that is to serve a connection whose queue was made. */
    public CompletionLoop loop(int cid) {
        LoopPool.Place place = places[index(cid)];
        if (place == null) {
            throw new IllegalStateException("con " + cid + " has no queue yet");
        }
        return place.loop;
    }

    /**
     * The loop of a connection does not turn, because it is stuck in a handler, and the path goes on without it. Until {@link
     * #caughtUp}, or {@link #close}, no other path joins it.
     */
    public void overdue(int cid) {
        int index = index(cid);
        LoopPool.Place place = places[index];
        if (place != null && !overdue[index]) {
            overdue[index] = true;
            pool.overdue(place);
        }
    }

    /** All loops have let the path's connections go, and so they turn again. */
    public void caughtUp() {
        for (int i = 0; i < places.length; i++) {
            LoopPool.Place place = places[i];
            if (place != null && overdue[i]) {
                overdue[i] = false;
                pool.caughtUp(place);
            }
        }
    }

    /** Destroys the queues, and gives the loops back. A second call does nothing. */
    @Override
    public void close() {
        for (ConnectionQueue queue : queues) {
            try {
                queue.close();
            } catch (Throwable e) {
                UserCode.failed(LOG, "destroying a completion queue", e);
            }
        }
        queues.clear();
        caughtUp();
        for (int i = 0; i < places.length; i++) {
            LoopPool.Place place = places[i];
            if (place != null) {
                places[i] = null;
                pool.leave(place);
            }
        }
    }
}
