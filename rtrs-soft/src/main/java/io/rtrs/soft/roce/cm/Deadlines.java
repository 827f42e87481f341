package io.rtrs.soft.roce.cm;

import org.jspecify.annotations.Nullable;

import java.util.TreeSet;

/** The timers of all connections, one each, the next one first; compared by subtraction. */
final class Deadlines {
    private final TreeSet<Connection> order = new TreeSet<>(Deadlines::compare);

    private static int compare(Connection one, Connection other) {
        int byTime = Long.signum(one.deadlineNs - other.deadlineNs);
        return byTime != 0 ? byTime : Integer.compare(one.id, other.id);
    }

    void arm(Connection connection, long deadlineNs) {
        disarm(connection);
        connection.deadlineNs = deadlineNs;
        connection.armed = true;
        order.add(connection);
    }

    void disarm(Connection connection) {
        if (connection.armed) {
            order.remove(connection);
            connection.armed = false;
        }
    }

    /** The connection whose time came first; null if there is none. */
    @Nullable
    Connection first() {
        return order.isEmpty() ? null : order.first();
    }
}
