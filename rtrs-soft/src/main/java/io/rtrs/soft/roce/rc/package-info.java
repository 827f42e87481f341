/**
 * The reliable connected queue pair over RoCEv2, as a machine without sockets, threads and clocks (spec/rocev2.md 5-9).
 *
 * <p>{@link io.rtrs.soft.roce.rc.QueuePair} is the whole of it. Behind it: {@link
 * io.rtrs.soft.roce.rc.Requester} writes request packets, {@link io.rtrs.soft.roce.rc.Completer} reads what
 * comes back and completes work requests, {@link io.rtrs.soft.roce.rc.Responder} executes the peer's requests and
 * {@link io.rtrs.soft.roce.rc.Answers} writes the answers. Inside, sequence numbers are 64 bits wide and never wrap:
 * {@link io.rtrs.soft.roce.rc.Flight} widens those of the wire.
 */
@NullMarked
package io.rtrs.soft.roce.rc;

import org.jspecify.annotations.NullMarked;
