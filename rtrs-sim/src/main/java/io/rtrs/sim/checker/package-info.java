/** Who watches from outside. */
@NullMarked
package io.rtrs.sim.checker;

import org.jspecify.annotations.NullMarked;
