/** What the library logs in a world. */
@NullMarked
package io.rtrs.sim.log;

import org.jspecify.annotations.NullMarked;
