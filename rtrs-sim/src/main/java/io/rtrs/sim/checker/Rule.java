package io.rtrs.sim.checker;

/** What must hold, whatever happens. */
public enum Rule {
    /** Each request is called back exactly once, unless its process is killed. */
    ONE_CALLBACK,
    /** What is handed to the handler is what was asked for. */
    INTACT_REQUEST,
    /** While the handler has a chunk, nobody writes to it. */
    CHUNK_AT_REST,
    /** A request is handed to the handler once on a path. */
    ONCE_ON_A_PATH,
    /** No two operations of one buffer id of a session are with the handler. */
    FENCE,
    /** A write that is done does not come to the handler once more. */
    NO_GHOST,
    /** A write that is done is not undone by an older one. */
    NO_STALE_WRITE,
    /** A write that was acknowledged is there. */
    NO_LOST_WRITE,
    /** A read brings what was written last. */
    TRUE_READ,
    /** A buffer that was given back is neither written to nor sent from. */
    BUFFER_AT_REST,
    /** A key to a chunk, or to a buffer of the client, is worth nothing when it should be taken back. */
    KEY_TAKEN_BACK,
    /** All permits return. */
    PERMITS,
    /** Nothing is left behind. */
    NO_LEAK,
    /** When the network is well again, everything goes on, within a bounded time. */
    LIVENESS,
    /** Nothing breaks that nobody has broken. */
    PEACE,
    /** Nothing that should not happen is logged. */
    NO_ERROR_LOGGED
}
