package io.rtrs.interop.rnbd;

/** How a client opens a device (spec/rnbd.md 3.5); the ordinal is the wire's number. */
public enum AccessMode {
    READ_ONLY,
    READ_WRITE,
    MIGRATION
}
