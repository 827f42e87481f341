package io.rtrs.soft.connection;

/** Where an id stands before its connection has a state of its own; each constant says what may come next. */
public enum IdState {
    /** Made; bind or resolve. */
    NEW,
    /** Has a local address; listen or resolve. */
    BOUND,
    /** Knows its device; resolve the route. */
    ADDRESS,
    /** Connect. */
    ROUTE,
    /** Takes connect requests. */
    LISTENING,
    /** It has a connection, whose state says what may come next. */
    CONNECTION,
    /** Destroyed. */
    GONE
}
