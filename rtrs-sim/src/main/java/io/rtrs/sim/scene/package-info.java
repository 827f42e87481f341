/** A world with processes, a network and those who watch, ready for a story or a swarm. */
@NullMarked
package io.rtrs.sim.scene;

import org.jspecify.annotations.NullMarked;
