/**
 * The provider {@code inprocess}: both ends of every connection in one JVM, without sockets or native libraries.
 *
 * <p>For users' tests, and for measuring what RTRS itself costs: a posted work request is executed at once by the thread
 * that posts it. The semantics are those of a reliable connection; what no test would see is left out (packets,
 * retransmission, path records).
 *
 * <p>How it is built: {@link io.rtrs.soft.inprocess.Fabric} holds the addresses and the connections under one lock, which
 * the data path never takes. The two queue pairs of a connection share a {@link io.rtrs.soft.inprocess.Link}, whose monitor
 * orders everything on the connection. {@link io.rtrs.soft.inprocess.Transfer} executes work requests. Locks are taken in
 * the order fabric, link, window, completion queue.
 */
@NullMarked
package io.rtrs.soft.inprocess;

import org.jspecify.annotations.NullMarked;
