/** JMH benchmarks; run them with {@code -prof gc}, they report bytes per operation. */
@NullMarked
package io.rtrs.bench.jmh;

import org.jspecify.annotations.NullMarked;
