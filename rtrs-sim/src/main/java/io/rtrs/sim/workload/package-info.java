/** What clients ask for and what a server does with it. */
@NullMarked
package io.rtrs.sim.workload;

import org.jspecify.annotations.NullMarked;
