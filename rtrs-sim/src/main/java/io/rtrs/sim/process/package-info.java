/** Processes: whole clients and servers, each with a provider of its own. */
@NullMarked
package io.rtrs.sim.process;

import org.jspecify.annotations.NullMarked;
