package io.rtrs.core.work;

/**
 * Who turns the loops of connections.
 *
 * <p>A handler or callback that blocks holds up its loop, and with it every connection that the loop serves. The connections
 * for IO of a path share loops; those of different paths do where a server has more paths than it may have loops, and nowhere
 * else. The service connection of a path never shares its loop: heartbeats go on while a handler blocks, unless it is that of
 * an ADMIN request, which stops those of its own path.
 */
public enum LoopMode {
    /**
     * A thread for each connection; the default of other providers. For few connections, and for handlers that block: one that does holds up its own connection
     * alone.
     */
    OWN_THREAD,
    /**
     * The IO connections of a path share a few loops, each with a thread; the default of software RoCE. A path of 65 connections so costs no
     * more threads than one of few, and what they send leaves together.
     */
    SHARED,
    /** No thread at all, not even to drain: somebody turns the loops by hand. For simulated worlds. */
    INVOKED
}
