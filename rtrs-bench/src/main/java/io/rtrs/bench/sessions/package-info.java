/**
 * Many sessions against one server: whether it serves all alike, and what they cost it.
 *
 * <p>{@link io.rtrs.bench.sessions.SessionsMain} is the program; its server is a process of its own, which ends with it.
 */
@NullMarked
package io.rtrs.bench.sessions;

import org.jspecify.annotations.NullMarked;
