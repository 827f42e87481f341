package io.rtrs.server.session;

import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import io.rtrs.server.path.Path;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client's session: its identity, its paths, and how many of them are up.
 *
 * <p><b>Threading:</b> changed by the control thread alone; read by any.
 */
public final class Session implements ServerSession {
    private final UUID uuid;
    private final ServerConfig config;
    private final CopyOnWriteArrayList<Path> paths = new CopyOnWriteArrayList<>();
    private volatile String name = "";
    private volatile @Nullable Object attachment;

    // Written by the control thread.
    private int pathsUp;

    /** A session without paths. */
    public Session(UUID uuid, ServerConfig config) {
        this.uuid = uuid;
        this.config = config;
    }

    /** Its paths, closing ones included. */
    public List<Path> pathList() {
        return paths;
    }

    /** A path was made. */
    public void add(Path path) {
        paths.add(path);
    }

    /** A path is gone. */
    public void remove(Path path) {
        paths.remove(path);
    }

    /**
     * A path comes up.
     *
     * @return whether it is the first
     */
    public boolean pathUp(String sessionName) {
        if (name.isEmpty()) {
            name = sessionName;
        }
        return ++pathsUp == 1;
    }

    /**
     * A path that was up is gone, or was vetoed.
     *
     * @return whether it was the last
     */
    public boolean pathDown() {
        return --pathsUp == 0;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public UUID uuid() {
        return uuid;
    }

    @Override
    public int queueDepth() {
        return config.queueDepth();
    }

    @Override
    public boolean alwaysInvalidate() {
        return config.alwaysInvalidate();
    }

    @Override
    public List<ServerPath> paths() {
        return List.copyOf(paths);
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(@Nullable Object object) {
        attachment = object;
    }

    @Override
    public void disconnect() {
        paths.forEach(Path::disconnect);
    }

    @Override
    public String toString() {
        return "session " + (name.isEmpty() ? uuid : name);
    }
}
