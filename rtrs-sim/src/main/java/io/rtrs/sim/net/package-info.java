/** The network in memory. */
@NullMarked
package io.rtrs.sim.net;

import org.jspecify.annotations.NullMarked;
