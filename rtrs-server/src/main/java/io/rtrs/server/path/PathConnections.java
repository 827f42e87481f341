package io.rtrs.server.path;

import com.ibm.disni.verbs.RdmaCmId;
import io.rtrs.core.PathStatistics;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The connections of a path by their index; those that have not been made yet are missing.
 *
 * <p><b>Threading:</b> the control thread adds, any thread looks.
 */
final class PathConnections {
    private final AtomicReferenceArray<@Nullable ServerConnection> all;
    private volatile int made;

    PathConnections(int cidNum) {
        all = new AtomicReferenceArray<>(cidNum);
    }

    /** Takes a connection, whose index is free. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void add(ServerConnection connection) {
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

    ServerConnection get(int cid) {
        ServerConnection connection = all.get(cid);
        if (connection == null) {
            throw new IllegalStateException("there is no con " + cid);
        }
        return connection;
    }

    /** Those that there are, by their index. */
    List<ServerConnection> list() {
        List<ServerConnection> list = new ArrayList<>();
        for (int cid = 0; cid < all.length(); cid++) {
            ServerConnection connection = all.get(cid);
            if (connection != null) {
                list.add(connection);
            }
        }
        return list;
    }

    /** The connection with this cm id, or null. */
    @Nullable
    ServerConnection find(RdmaCmId id) {
        for (int cid = 0; cid < all.length(); cid++) {
            ServerConnection connection = all.get(cid);
            if (connection != null && connection.id() == id) {
                return connection;
            }
        }
        return null;
    }

    /** What all of them served. */
    PathStatistics statistics() {
        PathStatistics sum = PathStatistics.NONE;
        for (int cid = 0; cid < all.length(); cid++) {
            ServerConnection connection = all.get(cid);
            sum = connection == null ? sum : connection.handedOver().plus(sum);
        }
        return sum;
    }
}
