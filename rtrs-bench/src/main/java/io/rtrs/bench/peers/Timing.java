package io.rtrs.bench.peers;

/**
 * How long things are done.
 *
 * @param rehearsal seconds of each of the table's loads, before the load of a process
 * @param warmUp seconds before the load counts
 * @param runTime seconds that it counts
 */
record Timing(double rehearsal, double warmUp, double runTime) {}
