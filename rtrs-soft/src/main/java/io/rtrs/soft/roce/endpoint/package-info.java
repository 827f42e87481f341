/**
 * A RoCEv2 endpoint as a machine: one local address with its link, its queue pairs and its connection manager.
 *
 * <p>Pure: it owns no socket, thread, clock or random source. {@link io.rtrs.soft.roce.endpoint.Endpoint} checks what
 * arrives and hands it on; {@link io.rtrs.soft.roce.endpoint.Lane} is a queue pair with the way to its peer.
 */
@NullMarked
package io.rtrs.soft.roce.endpoint;

import org.jspecify.annotations.NullMarked;
