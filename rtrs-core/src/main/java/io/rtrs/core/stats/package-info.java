/** Counters of a path, declared once with unit and sentence. */
@NullMarked
package io.rtrs.core.stats;

import org.jspecify.annotations.NullMarked;
