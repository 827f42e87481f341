/** Figures of several rounds, by setting: their medians, their worst, and ratios of what one round measured. */
@NullMarked
package io.rtrs.bench.rounds;

import org.jspecify.annotations.NullMarked;
