/**
 * The reliable connected queue pair over RoCEv2, as a machine without sockets, threads and clocks (spec/rocev2.md 5-9).
 *
 * <p>{@link io.rtrs.verbs.softroce.rc.QueuePair} is the whole of it. Behind it: {@link
 * io.rtrs.verbs.softroce.rc.Requester} writes request packets, {@link io.rtrs.verbs.softroce.rc.Completer} reads what
 * comes back and completes work requests, {@link io.rtrs.verbs.softroce.rc.Responder} executes the peer's requests and
 * {@link io.rtrs.verbs.softroce.rc.Answers} writes the answers. Inside, sequence numbers are 64 bits wide and never wrap:
 * {@link io.rtrs.verbs.softroce.rc.Flight} widens those of the wire.
 */
@NullMarked
package io.rtrs.verbs.softroce.rc;

import org.jspecify.annotations.NullMarked;
