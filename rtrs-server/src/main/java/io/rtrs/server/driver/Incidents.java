package io.rtrs.server.driver;

import io.rtrs.core.Status;
import io.rtrs.server.ServerIncident;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;

/** The last few incidents, for operators and tests; older ones are forgotten. Any thread. */
final class Incidents {
    private static final int KEPT = 64;

    private final ArrayDeque<ServerIncident> recent = new ArrayDeque<>(KEPT);

    synchronized void add(Instant time, String peer, int errno, String message) {
        if (recent.size() == KEPT) {
            recent.removeFirst();
        }
        recent.addLast(new ServerIncident(time, peer, Status.of(errno), message));
    }

    synchronized List<ServerIncident> list() {
        return List.copyOf(recent);
    }
}
