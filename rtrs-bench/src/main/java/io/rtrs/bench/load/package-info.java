/** A server whose blocks live in memory, and load on it. */
@NullMarked
package io.rtrs.bench.load;

import org.jspecify.annotations.NullMarked;
