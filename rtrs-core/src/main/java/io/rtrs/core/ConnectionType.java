package io.rtrs.core;

/** Which connection a permit's requests take (spec/rtrs.md 8). */
public enum ConnectionType {
    /** The service connection, con 0. */
    ADMIN,
    /** One of the IO connections. */
    IO
}
