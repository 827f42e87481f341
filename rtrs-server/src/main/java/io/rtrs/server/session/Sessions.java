package io.rtrs.server.session;

import io.rtrs.server.path.Path;
import io.rtrs.server.policy.AcceptPolicy;
import io.rtrs.server.policy.PathEntry;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All sessions of a server.
 *
 * <p><b>Threading:</b> changed by the control thread alone; read by any.
 */
public final class Sessions implements AcceptPolicy.Known {
    private final Map<UUID, Session> byUuid = new ConcurrentHashMap<>();

    /** Makes an empty registry. */
    public Sessions() {}

    /** The session of that identity, or null. */
    public @Nullable Session find(UUID uuid) {
        return byUuid.get(uuid);
    }

    /** A session was made. */
    public void add(Session session) {
        byUuid.put(session.uuid(), session);
    }

    /** A session has no path any more. */
    public void remove(Session session) {
        byUuid.remove(session.uuid(), session);
    }

    /** A copy of what there is. */
    public List<Session> all() {
        return List.copyOf(byUuid.values());
    }

    /** A copy of all paths of all sessions. */
    @Override
    public List<Path> allPaths() {
        List<Path> result = new ArrayList<>();
        byUuid.values().forEach(session -> result.addAll(session.pathList()));
        return result;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return byUuid.isEmpty();
    }

    @Override
    public @Nullable Collection<? extends PathEntry> pathsOf(UUID session) {
        Session found = byUuid.get(session);
        return found == null ? null : found.pathList();
    }

    @Override
    public int sessionCount() {
        return byUuid.size();
    }

    @Override
    public long memoryTaken() {
        long sum = 0;
        for (Session session : byUuid.values()) {
            for (Path path : session.pathList()) {
                sum += path.chunkBytes();
            }
        }
        return sum;
    }
}
