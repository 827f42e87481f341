/** Many random worlds. */
@NullMarked
package io.rtrs.sim.swarm;

import org.jspecify.annotations.NullMarked;
