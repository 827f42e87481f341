/**
 * Connection management of one RoCEv2 endpoint: pure, without a socket, a thread or a clock (spec/rocev2.md 10-13).
 *
 * <p>{@link io.rtrs.soft.roce.cm.ConnectionManager} takes datagrams, commands and the time, and answers through a
 * {@link io.rtrs.soft.roce.cm.CmSink}: datagrams, events for the consumer, and what is to be done to queue pairs. What
 * may happen in which state is data: {@link io.rtrs.soft.roce.cm.ConnectionTable}.
 */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.roce.cm;
