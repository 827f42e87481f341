package io.rtrs.server.session;

import io.rtrs.core.Status;
import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import io.rtrs.server.path.Path;
import io.rtrs.server.path.PathOwner;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.server.request.Fence;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client's session: its identity, its paths, and how many of them are up.
 *
 * <p><b>Threading:</b> changed by the control thread alone; read by any.
 */
public final class Session implements ServerSession, PathOwner {
    private final SessionHost host;
    private final UUID uuid;
    private final ServerConfig config;
    private final CopyOnWriteArrayList<Path> paths = new CopyOnWriteArrayList<>();
    private final @Nullable Fence fence;
    private volatile String name = "";
    private volatile @Nullable Object attachment;

    // Written by the control thread.
    private int pathsUp;

    /** A session without paths. */
    public Session(SessionHost host, UUID uuid, ServerConfig config) {
        this.host = host;
        this.uuid = uuid;
        this.config = config;
        this.fence = config.fence() ? new Fence(config.queueDepth(), paths) : null;
    }

    /** Its paths, closing ones included. */
    public List<Path> pathList() {
        return paths;
    }

    /** A path was made. */
    public void add(Path path) {
        paths.add(path);
    }

    @Override
    public ServerSession session() {
        return this;
    }

    @Override
    public @Nullable Fence fence() {
        return fence;
    }

    @Override
    public Status onUp(String sessionName) {
        if (name.isEmpty()) {
            name = sessionName;
        }
        if (++pathsUp > 1) {
            host.onPathsChanged();
            return Status.OK;
        }
        Status veto = host.onConnected(this);
        if (!veto.isOk()) {
            pathsUp--; // the listener is not told of its end (differs from K-S7: the count is taken back)
        }
        host.onPathsChanged();
        return veto;
    }

    @Override
    public void onDown() {
        if (--pathsUp == 0) {
            host.onDisconnected(this);
        }
    }

    @Override
    public void onClosed(Path path) {
        paths.remove(path);
        if (paths.isEmpty()) {
            host.onEmpty(this);
        }
        host.onPathsChanged();
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
    public boolean isConnected() {
        for (Path path : paths) {
            if (path.isConnected()) {
                return true;
            }
        }
        return false;
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
