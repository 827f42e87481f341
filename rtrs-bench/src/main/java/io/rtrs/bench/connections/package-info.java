/**
 * How RTRS over software RoCE does with more connections and more submitting threads, for each way of waiting.
 *
 * <p>{@link io.rtrs.bench.connections.ConnectionsMain} is the program; it keeps a server and a client process, which end with
 * it.
 */
@NullMarked
package io.rtrs.bench.connections;

import org.jspecify.annotations.NullMarked;
