/** The work that all transports of the comparison do, and how it is measured and verified. */
@NullMarked
package io.rtrs.bench.peers.work;

import org.jspecify.annotations.NullMarked;
