/** Time, chance, and who takes turns. */
@NullMarked
package io.rtrs.sim.world;

import org.jspecify.annotations.NullMarked;
