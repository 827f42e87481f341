/** Registered native memory, one slab at a time. */
@NullMarked
package io.rtrs.core.memory;

import org.jspecify.annotations.NullMarked;
