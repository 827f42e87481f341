/**
 * What one path knows without IO: its addresses, its heartbeat, its reconnect delays. Pure: time and randomness are
 * passed in.
 */
@NullMarked
package io.rtrs.core.path;

import org.jspecify.annotations.NullMarked;
