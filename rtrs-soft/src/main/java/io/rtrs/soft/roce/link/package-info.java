/**
 * Where RoCEv2 datagrams of one local address leave and arrive, without a socket: the seam that a driver implements,
 * decorators of it, and a simulated network with virtual time.
 */
@org.jspecify.annotations.NullMarked
package io.rtrs.soft.roce.link;
