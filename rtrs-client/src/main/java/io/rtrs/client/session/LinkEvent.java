package io.rtrs.client.session;

/** What a session's listener is told about its paths (spec/rtrs.md 11). */
enum LinkEvent {
    /** The first path is up again after {@link #DISCONNECTED}. */
    RECONNECTED,
    /** The last path that was up is gone. */
    DISCONNECTED
}
