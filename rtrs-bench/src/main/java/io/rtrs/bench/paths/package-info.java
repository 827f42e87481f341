/**
 * What a second path is worth to a session, which policy does best when one of two paths is slow, and how a session does with
 * more submitting threads.
 *
 * <p>{@link io.rtrs.bench.paths.PathsMain} is the program; its server is a process of its own, which ends with it.
 */
@NullMarked
package io.rtrs.bench.paths;

import org.jspecify.annotations.NullMarked;
