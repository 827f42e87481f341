package io.rtrs.server.session;

import io.rtrs.core.Status;
import io.rtrs.core.error.Errno;
import io.rtrs.core.work.UserCode;
import io.rtrs.server.FencePolicy;
import io.rtrs.server.ServerPath;
import io.rtrs.server.ServerSession;
import io.rtrs.server.path.Path;
import io.rtrs.server.path.PathOwner;
import io.rtrs.server.policy.ServerConfig;
import io.rtrs.server.request.Fence;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client's session: its identity, its paths, and how many of them are up.
 *
 * <p><b>Threading:</b> changed by the control thread alone; read by any.
 */
public final class Session implements ServerSession, PathOwner {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final SessionHost host;
    private final UUID uuid;
    private final ServerConfig config;
    private final CopyOnWriteArrayList<Path> paths = new CopyOnWriteArrayList<>();
    private final @Nullable Fence fence;
    private volatile String name = "";
    private volatile @Nullable Object attachment;

    // The control thread's.
    private int pathsUp;

    /** Paths that are up as soon as the listener has let the session be. */
    private final List<Path> waiting = new ArrayList<>();

    /** What the listener is being asked; while it is, nothing of the session is up. */
    private @Nullable Question question;

    /** A session without paths. */
    public Session(SessionHost host, UUID uuid, ServerConfig config) {
        this.host = host;
        this.uuid = uuid;
        this.config = config;
        this.fence = config.fence() == FencePolicy.OFF
                ? null
                : new Fence(config.queueDepth(), paths, config.fence() == FencePolicy.STRICT);
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
    public void onUp(Path path, String sessionName) {
        if (name.isEmpty()) {
            name = sessionName;
        }
        if (pathsUp > 0) {
            letUp(path);
            return;
        }
        waiting.add(path);
        if (question == null) {
            question = new Question(this);
            host.onConnecting(question);
        }
    }

    /** The listener has answered: OK lets the paths be up that wait for it, anything else ends them. */
    public void onAnswer(Question answered) {
        if (question != answered) {
            return; // it took so long that they are gone, and what follows from the answer is done
        }
        question = null;
        Status answer = answered.answer();
        List<Path> paths = List.copyOf(waiting);
        waiting.clear();
        if (!answer.isOk()) { // and is not told of the session's end (differs from K-S7: the count is taken back)
            paths.forEach(path -> each(path, () -> path.refused(answer)));
        } else {
            paths.forEach(this::letUp);
        }
    }

    private void letUp(Path path) {
        pathsUp++;
        each(path, () -> {
            host.onPathsChanged();
            path.letUp();
        });
    }

    /** What throws for one path ends that one, and keeps no other from its turn. */
    private static void each(Path path, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            UserCode.failed(LOG, path + ": what follows from the session listener's answer", e);
            path.fail(Errno.EIO, "what follows from the session listener's answer failed");
        }
    }

    @Override
    public void onDown(Path path) {
        if (waiting.remove(path)) {
            if (waiting.isEmpty()) {
                giveUp();
            }
        } else if (--pathsUp == 0) {
            host.onDisconnected(this);
        }
    }

    /** Nobody waits for the listener any more: who comes next asks anew. */
    private void giveUp() {
        Question asked = question;
        question = null;
        if (asked == null) {
            return;
        }
        if (asked.giveUp()) {
            host.onGivenUp(asked);
        } else if (asked.answer().isOk()) { // just now: its end is told before anything that follows here
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
