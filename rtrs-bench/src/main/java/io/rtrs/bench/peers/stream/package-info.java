/** The block protocol over bytes that arrive in order and in any pieces, for all transports but RTRS. */
@NullMarked
package io.rtrs.bench.peers.stream;

import org.jspecify.annotations.NullMarked;
