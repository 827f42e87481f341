package io.rtrs.client;

/** What a session's listener is told about its paths (spec/rtrs.md 11). */
public enum LinkEvent {
    /** The first path is up again after {@link #DISCONNECTED}; it can be used already. */
    RECONNECTED,
    /** The last path that was up is gone; all its requests have been completed. */
    DISCONNECTED
}
