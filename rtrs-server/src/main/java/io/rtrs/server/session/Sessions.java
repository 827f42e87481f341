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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;

/**
 * All sessions of a server.
 *
 * <p><b>Threading:</b> changed by the control thread alone; read by any.
 */
public final class Sessions implements AcceptPolicy.Known {
    private final Map<UUID, Session> byUuid = new ConcurrentHashMap<>();

    /** Closed paths of which something is left. */
    private final List<Path> leftBehind = new CopyOnWriteArrayList<>();

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

    /** Whether there is none, and nothing is left of any. */
    public boolean isEmpty() {
        return byUuid.isEmpty() && leftBehind.isEmpty();
    }

    /** A path is closed, and something of it is left. */
    public void leaveBehind(Path path) {
        leftBehind.add(path);
    }

    /** Nothing is left of a path that was left behind. */
    public void forget(Path path) {
        leftBehind.remove(path);
    }

    /** A copy of the closed paths of which something is left. */
    public List<Path> leftBehind() {
        return List.copyOf(leftBehind);
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
    public long connectionsTaken() {
        return sum(Path::cidNum);
    }

    @Override
    public long memoryTaken() {
        return sum(Path::chunkBytes);
    }

    private long sum(ToLongFunction<Path> what) {
        return allPaths().stream().mapToLong(what).sum()
                + leftBehind.stream().mapToLong(what).sum();
    }
}
