/**
 * Connection management of iWARP: what {@code rdma_cm} tells a consumer of a TCP connection that begins with startup frames
 * and ends with FIN or RST (spec/iwarp.md 16, 17).
 *
 * <p>Pure: what happened to the socket, commands and the time come in; what is to be done with the socket, the stream and the
 * consumer goes out through {@link io.rtrs.soft.iwarp.cm.ConnectionPort}. One table has all transitions.
 */
@NullMarked
package io.rtrs.soft.iwarp.cm;

import org.jspecify.annotations.NullMarked;
