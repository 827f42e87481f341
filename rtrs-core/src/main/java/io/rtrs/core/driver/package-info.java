/**
 * The threads: completion loops and the control loop. The only package of this module that may start a thread or read a
 * clock.
 */
@NullMarked
package io.rtrs.core.driver;

import org.jspecify.annotations.NullMarked;
