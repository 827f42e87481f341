/** Bugs that are put in on purpose, to see that random worlds find them. */
@NullMarked
package io.rtrs.sim.planted;

import org.jspecify.annotations.NullMarked;
