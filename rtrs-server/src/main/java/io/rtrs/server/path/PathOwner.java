package io.rtrs.server.path;

import io.rtrs.core.Status;
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
     * The path is up.
     *
     * @param name what the client calls the session
     * @return OK; anything else refuses the path, which then is not up
     */
    Status onUp(String name);

    /** A path that was up is gone; every operation of it is released. */
    void onDown();

    /** The path is closed: nothing is left of it, or nothing that its client could notice. */
    void onClosed(Path path);
}
