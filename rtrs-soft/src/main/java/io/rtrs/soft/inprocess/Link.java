package io.rtrs.soft.inprocess;

/**
 * What the two queue pairs of a connection share. Its monitor guards both: their states, their queues, and the order of
 * everything that they execute.
 */
final class Link {
    /** Nothing passes any more, and nobody is told: see {@link Faults#cut}. Guarded by this. */
    boolean cut;
}
