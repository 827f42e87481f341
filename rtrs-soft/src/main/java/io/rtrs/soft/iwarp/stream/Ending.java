package io.rtrs.soft.iwarp.stream;

/**
 * Why a connection ends: the first cause.
 *
 * @param cause what happened
 * @param text the same for the log, with what a Terminate said
 */
public record Ending(Cause cause, String text) {
    /** What happened. */
    public enum Cause {
        /** This side's consumer ended it. */
        CLOSED_HERE,
        /** This side found an error, and says so to the peer. */
        TERMINATE_SENT,
        /** The peer found an error. */
        TERMINATE_RECEIVED,
        /** The peer sent a FIN. */
        PEER_CLOSED,
        /** TCP was reset, or gave up. */
        RESET,
        /** Registered memory was gone in the middle of an FPDU, which therefore cannot be finished. */
        MEMORY_GONE
    }
}
