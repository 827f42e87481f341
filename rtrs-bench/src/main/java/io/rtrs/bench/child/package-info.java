/** Processes of a benchmark: how they are started, talk to who started them, and end. */
@NullMarked
package io.rtrs.bench.child;

import org.jspecify.annotations.NullMarked;
