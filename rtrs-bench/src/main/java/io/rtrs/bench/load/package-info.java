/** A server whose blocks live in memory, and load and copies of files against it. */
@NullMarked
package io.rtrs.bench.load;

import org.jspecify.annotations.NullMarked;
