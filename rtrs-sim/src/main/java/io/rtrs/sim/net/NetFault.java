package io.rtrs.sim.net;

/** What a network did to packets. */
public enum NetFault {
    /** Lost by chance. */
    LOST,
    /** Arrived twice. */
    DUPLICATED,
    /** Arrived late, by chance. */
    DELAYED,
    /** Arrives before one that left earlier on the same way. */
    OVERTAKES,
    /** Arrived with a flipped bit. */
    CORRUPTED,
    /** Lost because the way was cut. */
    CUT,
    /** Late because the way was stalled. */
    STALLED,
    /** Lost because nobody was there, or because its sender was killed. */
    NOBODY,
    /** Lost because a script took it. */
    SCRIPTED
}
