package io.rtrs.sim.swarm;

/** What a random world does to its processes and ways. */
public enum Trouble {
    /** The weather changes: loss, duplication, lateness, and corruption where packets are sealed. */
    WEATHER,
    /** One way from one address to another is cut for a while. */
    ONE_WAY_CUT,
    /** One way keeps its packets for a while, and then lets all of them go on. */
    STALL,
    /** Both ways of a path are cut for a while. */
    CUT,
    /** All paths are cut for a while. */
    ALL_CUT,
    /** A path is cut and mended again and again. */
    FLAPS,
    /** The server is killed, and starts again. */
    SERVER_KILLED,
    /** The client is killed, and starts again. */
    CLIENT_KILLED,
    /** One loop of a process stands still for a while. */
    LOOP_HELD,
    /** Loops are held up for a little while again and again, so that what they do is reordered. */
    LOOPS_JITTER,
    /** The handler answers late. */
    HANDLER_SLOW,
    /** Somebody disconnects, reconnects, removes or adds a path of the client. */
    OPERATOR
}
