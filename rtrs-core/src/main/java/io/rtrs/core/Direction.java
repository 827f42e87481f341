package io.rtrs.core;

/** Which way the data of a request goes, seen from the client (spec/rtrs.md 14.1). */
public enum Direction {
    /** From the server to the client. */
    READ,
    /** From the client to the server. */
    WRITE
}
