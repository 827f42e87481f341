package io.rtrs.server;

/**
 * How a server keeps a write that its client repeats on another path from being undone by its first try, the ghost
 * (docs/decisions/0010-the-fence.md). The kernel's server has nothing like it; every client works with each of them.
 */
public enum FencePolicy {
    /** Requests are handed over as they arrive. A ghost may meet its replay at the handler, or come after it. */
    OFF,
    /**
     * The default. A request waits while an earlier one of its buffer id, from whatever path of its session, is still with the
     * handler; and one that comes by a path that had fallen silent waits until that path is proven: until the client has
     * acknowledged a heartbeat on it. Requests that do not meet wait for nothing.
     *
     * <p>Left is a ghost on a path that the client gave up, without a goodbye that arrives, before the server could notice its
     * silence, a heartbeat and a second; a client whose heartbeats bear no less than the server's does not do that by itself.
     */
    ON,
    /**
     * In addition a request whose buffer id was last used on another path waits until its own path is proven later than that
     * use. No ghost is handed over after its replay, however long a network has kept it, and whoever has disconnected its path.
     *
     * <p>That costs each such request about a round trip and the wake-ups of three threads, unless its path was proven
     * meanwhile; one heartbeat serves all that wait. Requests whose id stays on its path wait for nothing, and so do all of a
     * session with one path. For sessions with several paths, over networks that may hold packets for seconds, and data where an
     * old write must never win.
     */
    STRICT
}
