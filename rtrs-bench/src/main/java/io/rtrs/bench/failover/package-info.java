/**
 * How long requests stand still when a path of their session dies.
 *
 * <p>{@link io.rtrs.bench.failover.FailoverMain} is the program; its server is a process of its own, which ends with it.
 */
@NullMarked
package io.rtrs.bench.failover;

import org.jspecify.annotations.NullMarked;
