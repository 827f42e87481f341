package io.rtrs.server.path;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.server.PathStatistics;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The connections of a path by their index; those that have not been made yet are missing.
 *
 * <p><b>Threading:</b> the control thread adds, any thread looks.
 */
final class Connections {
    private final AtomicReferenceArray<@Nullable PathConnection> all;
    private volatile int made;

    Connections(int cidNum) {
        all = new AtomicReferenceArray<>(cidNum);
    }

    /** Takes a connection, whose index is free. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void add(PathConnection connection) {
        all.set(connection.cid(), connection);
        made++;
    }

    /** How many there will be. */
    int cidNum() {
        return all.length();
    }

    /** How many there are. */
    int made() {
        return made;
    }

    boolean has(int cid) {
        return all.get(cid) != null;
    }

    PathConnection get(int cid) {
        PathConnection connection = all.get(cid);
        if (connection == null) {
            throw new IllegalStateException("there is no con " + cid);
        }
        return connection;
    }

    /** The connection with this cm id, or null. */
    @Nullable
    PathConnection find(RdmaCmId id) {
        for (int cid = 0; cid < all.length(); cid++) {
            PathConnection connection = all.get(cid);
            if (connection != null && connection.id() == id) {
                return connection;
            }
        }
        return null;
    }

    /** What all of them served. */
    PathStatistics statistics() {
        PathStatistics sum = new PathStatistics(0, 0, 0, 0);
        for (int cid = 0; cid < all.length(); cid++) {
            PathConnection connection = all.get(cid);
            sum = connection == null ? sum : connection.counters().plus(sum);
        }
        return sum;
    }
}
