/** Benchmarks and the load tool. */
@NullMarked
package io.rtrs.bench;

import org.jspecify.annotations.NullMarked;
