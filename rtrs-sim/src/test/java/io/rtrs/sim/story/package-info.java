/** What may happen to a session, told step by step. */
@NullMarked
package io.rtrs.sim.story;

import org.jspecify.annotations.NullMarked;
