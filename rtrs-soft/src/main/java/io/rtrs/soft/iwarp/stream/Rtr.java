package io.rtrs.soft.iwarp.stream;

/** What an initiator sends first, so that the responder may send too (spec/iwarp.md 3.2). */
public enum Rtr {
    /** Nothing: its first message does. */
    NONE,
    /** A Write without data. */
    WRITE,
    /** A Read of nothing, which does not count against the reads that it may have outstanding. */
    READ,
    /** A Send without data, which takes a receive of the peer. */
    SEND
}
