package io.rtrs.server.path;

import io.rtrs.server.ServerSession;
import io.rtrs.server.request.Fence;
import org.jspecify.annotations.Nullable;

/**
 * What a path needs of the session that owns it.
 *
 * <p><b>Threading:</b> the control thread calls, but for {@link #session}.
 */
public interface PathOwner {
    /** The session, as its users see it; any thread. */
    ServerSession session();

    /** What keeps requests of one path from overtaking those of another; null if nothing shall. Any thread. */
    @Nullable
    Fence fence();

    /**
     * The path could be up: {@link Path#letUp} or {@link Path#refused} follows, perhaps inside this call, unless {@link
     * #onDown} comes first.
     *
     * @param name what the client calls the session
     */
    void onUp(Path path, String name);

    /** A path is gone that was up, or was about to be; every operation of it is released. */
    void onDown(Path path);

    /** The path is closed: nothing is left of it, or nothing that its client could notice. */
    void onClosed(Path path);
}
