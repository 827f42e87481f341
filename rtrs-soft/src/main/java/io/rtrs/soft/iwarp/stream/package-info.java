/**
 * The queue pair over one TCP stream, as a machine without sockets, threads and clocks (spec/iwarp.md 7 to 15).
 *
 * <p>{@link io.rtrs.soft.iwarp.stream.QueuePair} is the whole of it. What arrives: {@code Parser} cuts the stream into
 * FPDUs and checks each, {@code Tagged} and {@code Untagged} execute messages, {@code Placement} says where payload goes,
 * and the socket may be read straight into that. What leaves: {@code Segmenter} makes FPDUs of work requests, {@code
 * ReadResponder} of the peer's reads; {@code OutputQueue} holds them until the socket has taken them, the payload being
 * where it was registered; {@code SendProgress} completes. {@code Terminator} has the last word.
 */
@NullMarked
package io.rtrs.soft.iwarp.stream;

import org.jspecify.annotations.NullMarked;
