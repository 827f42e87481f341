package io.rtrs.soft.iwarp.startup;

/** What the initiator sends first of all, so that the responder may send (spec/iwarp.md 3.2). */
public enum Rtr {
    /** Nothing of its own: the consumer's first message does. */
    NONE,
    /** A WRITE without data. */
    WRITE,
    /** A READ without data. */
    READ,
    /** A SEND without data, which takes a receive. */
    SEND
}
